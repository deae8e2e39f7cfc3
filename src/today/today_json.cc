// SPDX-License-Identifier: Apache-2.0
#include "today/today_json.h"

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <cmath>

#include "flight/calendar/timestamp.h"
#include "today/today.h"

namespace flightcast::today {

namespace json = boost::json;
using features::online::Fold;

namespace {

double tenth(double value) {
    return std::round(value * 10) / 10 + 0.0;
}

void add_state(json::object& object, const State& state, base::WallTime now) {
    object["minutes_lost"] = tenth(state.minutes_lost);
    object["usual_minutes_lost"] = tenth(state.usual_minutes_lost);
    object["deviation"] = tenth(state.deviation());
    object["dep_delay"] = tenth(state.dep_delay);
    object["expected_arr_delay"] = tenth(state.expected_arr_delay);
    object["flights"] = tenth(state.flights);
    object["age_seconds"] = nullptr;
    if (!state.newest) return;
    const auto age = std::chrono::floor<std::chrono::seconds>(now - *state.newest);
    object["age_seconds"] = std::max<std::int64_t>(age.count(), 0);
}

json::object state_json(const State& state, base::WallTime now) {
    json::object object;
    add_state(object, state, now);
    return object;
}

json::object begin(const Fold& fold) {
    const auto time = as_of(fold);
    if (!time) return {{"as_of", nullptr}};
    std::string text;
    flight::append_utc(text, *time);
    return {{"as_of", text}};
}

}  // namespace

std::string airport_json(const Fold& fold, std::string_view code, base::WallTime now) {
    const AirportToday today = airport_today(fold, code, now);
    json::object object = begin(fold);
    object["code"] = today.code;
    object["into"] = state_json(today.into, now);
    object["out_of"] = state_json(today.out_of, now);
    return json::serialize(object);
}

std::string route_json(
    const Fold& fold, std::string_view origin, std::string_view dest, base::WallTime now
) {
    const RouteToday today = route_today(fold, origin, dest, now);
    json::object object = begin(fold);
    object["origin"] = origin;
    object["dest"] = dest;
    add_state(object, today.state, now);
    object["expected_minutes_lost"] = tenth(today.expected_minutes_lost);
    object["error"] = tenth(today.error);
    return json::serialize(object);
}

std::string airports_json(const Fold& fold, base::WallTime now) {
    json::array airports;
    for (const AirportToday& today : worst_airports(fold, now)) {
        json::object airport{{"code", today.code}};
        add_state(airport, today.into, now);
        airports.push_back(std::move(airport));
    }
    json::object object = begin(fold);
    object["airports"] = std::move(airports);
    return json::serialize(object);
}

}  // namespace flightcast::today
