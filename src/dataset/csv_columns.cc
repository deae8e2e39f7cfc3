// SPDX-License-Identifier: Apache-2.0
#include "dataset/csv_columns.h"

#include <algorithm>

namespace flightcast::dataset {

base::Result<CsvColumns> CsvColumns::find(
    std::span<const std::string_view> names, const std::string& file
) {
    CsvColumns columns;
    columns.places_.fill(kAbsent);
    std::string missing;
    for (std::size_t i = 0; i < kFlightFieldCount; ++i) {
        const auto field = static_cast<FlightField>(i);
        std::size_t& place = columns.places_[i];
        for (const std::string_view name : names_of(field)) {
            const auto found = std::ranges::find(names, name);
            if (name.empty() || found == names.end()) continue;
            place = static_cast<std::size_t>(found - names.begin());
            columns.width_ = std::max(columns.width_, place + 1);
            break;
        }
        if (is_needed(field) && place == kAbsent) {
            missing += missing.empty() ? "" : ", ";
            missing += name_of(field);
        }
    }
    if (missing.empty()) return columns;
    return base::fail(
        base::Errc::invalid_argument,
        file + " lacks the column " + missing +
            "; its first line must name the columns as the BTS on-time files do"
    );
}

}  // namespace flightcast::dataset
