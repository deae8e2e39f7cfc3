// SPDX-License-Identifier: Apache-2.0
#include "timeline/online_table.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace flightcast::timeline {
namespace {

using features::online::kValueCount;
using features::online::Values;
using replay::Flight;
using replay::FlightList;

void append(dataset::FlightTable& table, const Flight& flight) {
    table.day.push_back(flight.day);
    table.carrier.push_back(flight.carrier);
    table.origin.push_back(flight.origin);
    table.dest.push_back(flight.dest);
    table.scheduled_minute.push_back(flight.scheduled_minute);
    table.dep_delay.push_back(flight.dep_delay);
    table.arr_delay.push_back(flight.arr_delay);
    table.distance.push_back(flight.distance);
}

}  // namespace

base::Result<OnlineTable> table_of(const FlightList& list, std::size_t files) {
    OnlineTable result;
    result.table.carriers = list.carriers;
    result.table.airports = list.airports;
    for (std::uint32_t i = 0; i < list.flights.size(); ++i) {
        const Flight& flight = list.flights[i];
        if (flight.fate != replay::Fate::landed || flight.file >= files) continue;
        append(result.table, flight);
        result.flights.push_back(i);
    }
    if (!result.flights.empty()) return result;
    return base::fail(
        base::Errc::invalid_argument, "no flight of the files has both delays and a known place"
    );
}

base::Result<void> fill_online(
    OnlineTable& table,
    const FlightList& list,
    features::online::Fold fold,
    const FoldRunOptions& options
) {
    constexpr std::uint32_t kNoRow = std::numeric_limits<std::uint32_t>::max();
    std::vector<std::uint32_t> rows(list.flights.size(), kNoRow);
    for (std::uint32_t row = 0; row < table.flights.size(); ++row) rows[table.flights[row]] = row;
    std::vector<float>& online = table.table.online;
    online.assign(table.flights.size() * kValueCount, 0);
    const auto take = [&](std::uint32_t flight, const Values& values) {
        if (rows[flight] == kNoRow) return;
        std::ranges::copy(
            values, online.begin() + static_cast<std::ptrdiff_t>(rows[flight] * kValueCount)
        );
    };
    FC_TRY(table.states, run_fold(list, fold, options, take));
    return {};
}

}  // namespace flightcast::timeline
