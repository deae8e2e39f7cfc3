// SPDX-License-Identifier: Apache-2.0
#include "dataset/csv_columns.h"

#include <algorithm>

namespace flightcast::dataset {
namespace {

struct Known {
    CsvColumn column;
    bool needed;
    std::array<std::string_view, 4> names;  // the preferred one first
};

constexpr std::array<Known, kCsvColumnCount> kKnown = {{
    {CsvColumn::flight_date, true, {"FlightDate"}},
    {CsvColumn::carrier,
     true,
     {"Reporting_Airline", "Carrier", "UniqueCarrier", "IATA_CODE_Reporting_Airline"}},
    {CsvColumn::origin, true, {"Origin"}},
    {CsvColumn::dest, true, {"Dest"}},
    {CsvColumn::dep_delay, true, {"DepDelay"}},
    {CsvColumn::arr_delay, true, {"ArrDelay"}},
    {CsvColumn::distance, true, {"Distance"}},
    {CsvColumn::crs_dep_time, false, {"CRSDepTime"}},
    {CsvColumn::cancelled, false, {"Cancelled"}},
    {CsvColumn::diverted, false, {"Diverted"}},
}};

}  // namespace

std::string_view name_of(CsvColumn column) {
    return kKnown[static_cast<std::size_t>(column)].names[0];
}

base::Result<CsvColumns> CsvColumns::find(
    std::span<const std::string_view> names, const std::string& file
) {
    CsvColumns columns;
    columns.places_.fill(kAbsent);
    std::string missing;
    for (const Known& known : kKnown) {
        std::size_t& place = columns.places_[static_cast<std::size_t>(known.column)];
        for (const std::string_view name : known.names) {
            const auto found = std::ranges::find(names, name);
            if (name.empty() || found == names.end()) continue;
            place = static_cast<std::size_t>(found - names.begin());
            columns.width_ = std::max(columns.width_, place + 1);
            break;
        }
        if (known.needed && place == kAbsent) {
            missing += missing.empty() ? "" : ", ";
            missing += known.names[0];
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
