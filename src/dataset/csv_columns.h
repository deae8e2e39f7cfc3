// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace flightcast::dataset {

// The columns of a flight file that are read; all others are ignored.
enum class CsvColumn : std::size_t {
    flight_date,
    carrier,
    origin,
    dest,
    dep_delay,
    arr_delay,
    distance,
    crs_dep_time,  // this one and those below may be absent
    cancelled,
    diverted,
};
inline constexpr std::size_t kCsvColumnCount = 10;

// The name of `column` in the files of the Bureau of Transportation Statistics.
[[nodiscard]] std::string_view name_of(CsvColumn column);

// Where each column stands in the rows of one file.
//
// Thread-safety: any thread may call const members.
class CsvColumns {
  public:
    // Reads the header line, split into `names`. The carrier may also be called Carrier,
    // UniqueCarrier or IATA_CODE_Reporting_Airline. Fails with invalid_argument and a detail that
    // starts with `file` and names every column that is missing.
    [[nodiscard]] static base::Result<CsvColumns> find(
        std::span<const std::string_view> names, const std::string& file
    );

    [[nodiscard]] bool has(CsvColumn column) const { return at(column) != kAbsent; }

    // The field of `column` in a row. REQUIRES: has(column), and the row has `width()` fields.
    [[nodiscard]] std::string_view get(
        std::span<const std::string_view> fields, CsvColumn column
    ) const {
        return fields[at(column)];
    }

    // How many fields of a row are needed.
    [[nodiscard]] std::size_t width() const { return width_; }

  private:
    static constexpr std::size_t kAbsent = static_cast<std::size_t>(-1);

    [[nodiscard]] std::size_t at(CsvColumn column) const {
        return places_[static_cast<std::size_t>(column)];
    }

    std::array<std::size_t, kCsvColumnCount> places_{};
    std::size_t width_ = 0;
};

}  // namespace flightcast::dataset
