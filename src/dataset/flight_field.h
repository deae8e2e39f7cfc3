// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace flightcast::dataset {

// What is read of a flight, whatever the format of its file; everything else in it is ignored.
enum class FlightField : std::size_t {
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
inline constexpr std::size_t kFlightFieldCount = 10;

// The names that `field` may have, that of the Bureau of Transportation Statistics first. Others
// may be empty.
[[nodiscard]] std::span<const std::string_view, 4> names_of(FlightField field);

// The first of its names.
[[nodiscard]] inline std::string_view name_of(FlightField field) {
    return names_of(field)[0];
}

// True when a file is of no use without it.
[[nodiscard]] constexpr bool is_needed(FlightField field) {
    return field < FlightField::crs_dep_time;
}

}  // namespace flightcast::dataset
