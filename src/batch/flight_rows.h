// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <expected>
#include <memory>
#include <span>

#include "dataset/row/flight_layout.h"
#include "dataset/row/flight_row.h"
#include "dataset/row/row_parser.h"
#include "flight/request.h"
#include "flight/route_table.h"

namespace flightcast::batch {

// A CSV file without one of them is refused; of rows without a value it is said how many there are.
inline constexpr std::array kNeeded = {
    dataset::FlightField::flight_date,
    dataset::FlightField::carrier,
    dataset::FlightField::origin,
    dataset::FlightField::dest,
    dataset::FlightField::dep_delay,
};

// Turns the rows of files into requests: read as dataset::read_row reads them for learning, asked
// as the gateway asks (dataset::to_request), the distance looked up when there is none.
//
// A row with a UUID is a record of the request topic: day numbers and indices that it carries count
// as the scorer takes them.
//
// Thread-safety: one thread per object.
class RowReader {
  public:
    // `routes` gives the distance of a row that has none. It outlives this.
    explicit RowReader(const flight::RouteTable& routes) : routes_(routes) {}

    // The flight in `line`, which is overwritten; or why it cannot be read.
    [[nodiscard]] std::expected<flight::Request, dataset::RowFault> read(
        const std::shared_ptr<const dataset::FlightLayout>& layout, std::span<char> line
    );

  private:
    const flight::RouteTable& routes_;
    dataset::RowParser parser_;
};

}  // namespace flightcast::batch
