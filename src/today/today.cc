// SPDX-License-Identifier: Apache-2.0
#include "today/today.h"

#include <algorithm>
#include <chrono>

#include "base/limits.h"
#include "features/online/tables.h"
#include "features/online/values.h"

namespace flightcast::today {
namespace {

using features::online::FlightName;
using features::online::Fold;
using features::online::Keys;
using features::online::Value;
using features::online::Values;

double seconds_of(base::WallTime time) {
    return static_cast<double>(
        std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count()
    );
}

base::WallTime time_of(double seconds) {
    return base::WallTime(std::chrono::seconds(static_cast<std::int64_t>(seconds)));
}

// The values at a time; at that of the newest report where it is later.
class Reader {
  public:
    Reader(const Fold& fold, const FlightName& flight, base::WallTime now)
        : time_(std::max(seconds_of(now), fold.clock())),
          values_(fold.values({.flight = flight, .time = time_})) {}

    [[nodiscard]] double get(Value value) const { return values_[static_cast<std::size_t>(value)]; }

    // The weight of a mean of the landings, and when the newest of them was reported.
    template <typename TableType>
    void count(State& state, const TableType& table, std::uint64_t key, std::size_t mean) const {
        const auto found = table.entries().find(key);
        if (found == table.entries().end()) return;
        state.flights = table.at(key, time_).means[mean].weight;
        state.newest = time_of(found->second.time);
    }

  private:
    double time_;
    Values values_;
};

}  // namespace

AirportToday airport_today(const Fold& fold, std::string_view code, base::WallTime now) {
    namespace online = features::online;
    AirportToday today{.code = std::string(code), .into = {}, .out_of = {}};
    const Reader into(fold, {.dest = code}, now);
    today.into.minutes_lost = into.get(Value::dest_minutes_lost_2h);
    today.into.usual_minutes_lost = into.get(Value::dest_minutes_lost_7d);
    today.into.dep_delay = into.get(Value::dest_dep_delay_2h);
    const Reader out_of(fold, {.origin = code}, now);
    today.out_of.minutes_lost = out_of.get(Value::origin_minutes_lost_1h);
    // Without a destination the mean of 7 days is that of all flights.
    today.out_of.usual_minutes_lost = out_of.get(Value::dest_minutes_lost_7d);
    today.out_of.dep_delay = out_of.get(Value::origin_dep_delay_1h);
    for (State* const state : {&today.into, &today.out_of}) {
        state->expected_arr_delay = state->dep_delay + state->minutes_lost;
    }
    const Keys keys = fold.names().find({.origin = code, .dest = code});
    const auto& tables = fold.tables();
    into.count(today.into, tables.dest, keys.dest, online::dest_means::lost_2h);
    out_of.count(today.out_of, tables.origin, keys.origin, online::origin_means::lost_1h);
    return today;
}

RouteToday route_today(
    const Fold& fold, std::string_view origin, std::string_view dest, base::WallTime now
) {
    namespace online = features::online;
    const FlightName flight{.origin = origin, .dest = dest};
    const Reader reader(fold, flight, now);
    RouteToday today;
    today.state.minutes_lost = reader.get(Value::route_minutes_lost_8h);
    today.state.usual_minutes_lost = reader.get(Value::route_minutes_lost_14d);
    today.state.dep_delay = reader.get(Value::origin_dep_delay_1h);
    today.expected_minutes_lost = reader.get(Value::expected_minutes_lost);
    today.error = reader.get(Value::expected_minutes_lost_error);
    today.state.expected_arr_delay = today.state.dep_delay + today.expected_minutes_lost;
    reader.count(
        today.state,
        fold.tables().route,
        fold.names().find(flight).route,
        online::route_means::lost_8h
    );
    return today;
}

bool knows_airport(const Fold& fold, std::string_view code) {
    return fold.names().airports().find(code).has_value();
}

bool knows_route(const Fold& fold, std::string_view origin, std::string_view dest) {
    const Keys keys = fold.names().find({.origin = origin, .dest = dest});
    return keys.route != Keys::kNone && fold.tables().route.entries().contains(keys.route);
}

std::vector<AirportToday> worst_airports(const Fold& fold, base::WallTime now) {
    const auto& names = fold.names().airports();
    std::vector<AirportToday> worst;
    for (std::size_t i = 0; i < names.size(); ++i) {
        AirportToday today = airport_today(fold, names.text(static_cast<std::uint16_t>(i)), now);
        const bool is_enough = today.into.flights >= static_cast<double>(base::limits::kFewFlights);
        if (is_enough) worst.push_back(std::move(today));
    }
    std::ranges::sort(worst, [](const AirportToday& a, const AirportToday& b) {
        if (a.into.minutes_lost != b.into.minutes_lost) {
            return a.into.minutes_lost > b.into.minutes_lost;
        }
        return a.code < b.code;
    });
    worst.resize(std::min(worst.size(), kLiveAirportsMax));
    return worst;
}

std::optional<base::WallTime> as_of(const Fold& fold) {
    if (fold.clock() <= 0) return std::nullopt;
    return time_of(fold.clock());
}

}  // namespace flightcast::today
