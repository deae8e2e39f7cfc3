// SPDX-License-Identifier: Apache-2.0
#include "timeline/known_values.h"

#include <string_view>
#include <utility>

#include "dataset/row/day.h"
#include "features/online/request_values.h"
#include "timeline/fold_run.h"

namespace flightcast::timeline {
namespace {

using features::online::Fold;
using features::online::Values;
using replay::Flight;
using replay::FlightList;

std::string key_of(const FlightList& list, const Flight& flight) {
    std::string key = dataset::to_string(flight.day);
    for (const std::string_view part :
         {list.carrier(flight), list.number(flight), list.origin(flight), list.dest(flight)}) {
        key.append("/").append(part);
    }
    const int hhmm = flight.scheduled_minute / 60 * 100 + flight.scheduled_minute % 60;
    return key + "/" + std::to_string(hhmm);
}

std::string key_of(const flight::Request& request) {
    std::string key = request.flight_date.value_or("").substr(0, 10);
    for (const auto* part :
         {&request.carrier, &request.flight_num, &request.origin, &request.dest}) {
        key += "/" + part->value_or("");
    }
    return key + "/" + std::to_string(request.crs_dep_time.value_or(-1));
}

}  // namespace

base::Result<KnownValues> KnownValues::of(const FlightList& list, Fold fold) {
    KnownValues known(std::move(fold));
    const auto states =
        run_fold(list, known.fold_, {}, [&](std::uint32_t flight, const Values& values) {
            known.values_.emplace(key_of(list, list.flights[flight]), values);
        });
    if (!states) return std::unexpected(states.error());
    return known;
}

void KnownValues::add_to(flight::Request& request) const {
    const auto found = values_.find(key_of(request));
    if (found == values_.end()) {
        request.online = features::online::online_values(request, fold_, std::nullopt);
        return;
    }
    request.online = {
        .fold = features::online::kFoldVersion,
        .arrival_offset = {},
        .values = {found->second.begin(), found->second.end()}
    };
}

}  // namespace flightcast::timeline
