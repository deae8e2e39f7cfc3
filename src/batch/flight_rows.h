// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <expected>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "dataset/csv_row.h"
#include "flight/request.h"
#include "flight/route_table.h"

namespace flightcast::batch {

// How the rows of one file are to be read.
//
// Thread-safety: a plain value.
class RowLayout {
  public:
    // Reads the first line of a file. One that starts with "{" is JSON lines, and a flight already;
    // any other must name the columns of a CSV file: FlightDate, Carrier (or Reporting_Airline,
    // UniqueCarrier, IATA_CODE_Reporting_Airline), Origin, Dest and DepDelay, perhaps Distance,
    // CRSDepTime and FlightNum (or Flight_Number_Reporting_Airline). Fails with invalid_argument,
    // names `file` and what is missing. Overwrites `line`.
    [[nodiscard]] static base::Result<RowLayout> read(
        std::span<char> line, const std::string& file
    );

    [[nodiscard]] bool is_json() const { return is_json_; }

  private:
    friend class RowReader;

    static constexpr std::size_t kColumnCount = 8;
    static constexpr std::size_t kAbsent = static_cast<std::size_t>(-1);

    bool is_json_ = false;
    std::array<std::size_t, kColumnCount> places_{};
    std::size_t width_ = 0;  // fields of a row that are needed
};

// Turns the rows of files into requests, by the rules that the gateway and the scorer read theirs
// with. What is empty or null is absent, as it is when serving.
//
// Thread-safety: one thread per object.
class RowReader {
  public:
    // `routes` gives the distance of a row that has none, as the gateway does. It outlives this.
    explicit RowReader(const flight::RouteTable& routes) : routes_(routes) {}

    // The flight in `line`, which is overwritten; or the cause why it is none, such as "bad
    // DepDelay".
    [[nodiscard]] std::expected<flight::Request, std::string> read(
        const RowLayout& layout, std::span<char> line
    );

  private:
    [[nodiscard]] std::expected<flight::Request, std::string> read_csv(
        const RowLayout& layout, std::span<char> line
    );

    const flight::RouteTable& routes_;
    dataset::CsvRow row_;
};

}  // namespace flightcast::batch
