// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "dataset/flight_field.h"

namespace flightcast::dataset {

// Where each field of a flight stands in the rows of one CSV file.
//
// Thread-safety: any thread may call const members.
class CsvColumns {
  public:
    // Reads the header line, split into `names`. Fails with invalid_argument and a detail that
    // starts with `file` and names every needed column that is missing.
    [[nodiscard]] static base::Result<CsvColumns> find(
        std::span<const std::string_view> names, const std::string& file
    );

    [[nodiscard]] bool has(FlightField field) const { return at(field) != kAbsent; }

    // The text of `field` in a row. REQUIRES: has(field), and the row has `width()` fields.
    [[nodiscard]] std::string_view get(
        std::span<const std::string_view> row, FlightField field
    ) const {
        return row[at(field)];
    }

    // How many fields of a row are needed.
    [[nodiscard]] std::size_t width() const { return width_; }

  private:
    static constexpr std::size_t kAbsent = static_cast<std::size_t>(-1);

    [[nodiscard]] std::size_t at(FlightField field) const {
        return places_[static_cast<std::size_t>(field)];
    }

    std::array<std::size_t, kFlightFieldCount> places_{};
    std::size_t width_ = 0;
};

}  // namespace flightcast::dataset
