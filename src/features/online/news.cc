// SPDX-License-Identifier: Apache-2.0
#include "features/online/news.h"

#include <algorithm>
#include <chrono>

#include "flight/calendar/date.h"

namespace flightcast::features::online {
namespace {

// Whole seconds, as files have them: so a feed that tells microseconds gives the same features.
double seconds_of(base::WallTime time) {
    return static_cast<double>(
        std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count()
    );
}

std::optional<float> minutes_of(const std::optional<double>& minutes) {
    if (!minutes) return std::nullopt;
    return static_cast<float>(*minutes);
}

}  // namespace

std::optional<News> news_of(
    const arrival::Arrival& arrival, base::WallTime appended, std::int16_t rank
) {
    const bool names_flight =
        arrival.flight_date && arrival.carrier && arrival.origin && arrival.dest;
    if (!names_flight || arrival.source == arrival::kClientSource) return std::nullopt;
    News news{
        .flight =
            {.carrier = *arrival.carrier,
             .number = arrival.flight_num ? std::string_view(*arrival.flight_num) : "",
             .origin = *arrival.origin,
             .dest = *arrival.dest},
        .day = static_cast<std::int32_t>(flight::days_since_epoch(*arrival.flight_date)),
        .crs = static_cast<std::int16_t>(arrival.crs_dep_time.value_or(-1)),
        .event = arrival::event_of(arrival),
        .rank = rank,
        .reported = seconds_of(std::min(arrival.reported_at.value_or(appended), appended)),
        .dep_delay = minutes_of(arrival.dep_delay),
        .arr_delay = minutes_of(arrival.arr_delay),
    };
    if (news.event == arrival::Event::landed && arrival.arrived_at && arrival.departed_at) {
        const double aloft = seconds_of(*arrival.arrived_at) - seconds_of(*arrival.departed_at);
        news.elapsed_minutes = static_cast<float>(aloft / 60);
    }
    return news;
}

}  // namespace flightcast::features::online
