// SPDX-License-Identifier: Apache-2.0
#include "logged/told_ends.h"

#include <algorithm>
#include <utility>

#include "arrival/arrival_json.h"

namespace flightcast::logged {

using arrival::Report;

namespace {

constexpr std::size_t kSourcesMax = 1'000;

}  // namespace

std::uint16_t ToldEnds::number_of(const std::string& source) {
    const auto found = std::ranges::find(sources_, source);
    const auto number = static_cast<std::size_t>(found - sources_.begin());
    if (found == sources_.end() && number < kSourcesMax) sources_.push_back(source);
    return static_cast<std::uint16_t>(std::min(number, kSourcesMax));
}

void ToldEnds::take(const eventlog::Record& record) {
    if (!record.value) return;
    const auto given =
        arrival::decode_arrival(*record.value, {.now = record.appended, .refuses_unknown = false});
    if (!given || given->source == arrival::kClientSource) return;
    const auto key = arrival::flight_key(*given);
    if (!key) return;
    ToldFlight& flight = flights_[*key];
    if (!flight.named.flight_date) flight.named = *given;
    if (given->crs_dep_time) flight.named.crs_dep_time = given->crs_dep_time;
    if (given->dep_delay) flight.dep_delay = given->dep_delay;
    if (given->departed_at) flight.departed_at = given->departed_at;
    if (arrival::event_of(*given) == arrival::Event::departed) return;
    flight.ends.add(report_of(*given, record.appended, number_of(given->source)));
}

const Report* ToldEnds::end_of(const ToldFlight& flight) const {
    const auto rank_of = [this](std::uint16_t source) {
        return static_cast<int>(std::min<std::size_t>(source, ranked_));
    };
    return arrival::counting(flight.ends.all(), rank_of, [](const Report&) { return true; });
}

std::map<std::string_view, const ToldFlight*> ToldEnds::in_order() const {
    std::map<std::string_view, const ToldFlight*> ordered;
    for (const auto& [key, flight] : flights_) ordered.emplace(key, &flight);
    return ordered;
}

}  // namespace flightcast::logged
