// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace flightcast::dataset {

// The parts of a flight that are read, whatever the format of its file; everything else in it is
// ignored.
enum class FlightField : std::size_t {
    flight_date,
    year,  // these three make a date in files without one
    month,
    day_of_month,
    carrier,
    flight_num,
    origin,
    dest,
    crs_dep_time,
    dep_delay,
    arr_delay,
    distance,
    cancelled,
    diverted,
    crs_arr_time,  // this one and the next are read by those who ask for them, see ReadOptions
    arr_time,
    uuid,  // this one and those below stand in records of requests only
    day_of_week,
    day_of_year,
    carrier_index,
    origin_index,
    dest_index,
    route_index,
};
inline constexpr std::size_t kFlightFieldCount = 23;

// Whether only some commands read `field`: its columns are like unknown ones to all others.
[[nodiscard]] constexpr bool is_on_demand(FlightField field) {
    return field == FlightField::crs_arr_time || field == FlightField::arr_time;
}

// The names that a column or key of `field` may have, in the order in which they are preferred: the
// one from which all others of a row are left alone is the first with a value. They are compared as
// comparable() makes them.
[[nodiscard]] std::span<const std::string_view> names_of(FlightField field);

// Its name in messages and for --columns: "FlightDate", "Carrier".
[[nodiscard]] std::string_view name_of(FlightField field);

// The field that messages call `name`, or that has a column of that name.
[[nodiscard]] std::optional<FlightField> find_field(std::string_view name);

// The form of a value of `field`, for messages: "a number, such as -5 or 12.0".
[[nodiscard]] std::string_view form_of(FlightField field);

// A column's name without the marks that differ between files: letters in lower case, without
// spaces, underscores and other marks. "CRS_DEP_TIME" and "CRSDepTime" are "crsdeptime".
[[nodiscard]] std::string comparable(std::string_view name);

}  // namespace flightcast::dataset
