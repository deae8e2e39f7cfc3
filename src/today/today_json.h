// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/clock.h"
#include "features/online/fold.h"

namespace flightcast::today {

// The days' state as JSON, minutes rounded to a tenth. A state is
//
//     {"minutes_lost":14.2,"usual_minutes_lost":-1.3,"deviation":15.5,"dep_delay":21.0,
//     "expected_arr_delay":35.2,"flights":37.4,"age_seconds":420}
//
// `age_seconds` is null where no flight is known. `as_of` is the time of the newest report, null
// before any.

// {"as_of":"2008-04-01T12:00:00Z","code":"SFO","into":{...},"out_of":{...}}
[[nodiscard]] std::string airport_json(
    const features::online::Fold& fold, std::string_view code, base::WallTime now
);

// {"as_of":"...","origin":"ATL","dest":"SFO",<a state>,"expected_minutes_lost":9.1,"error":4.0}
[[nodiscard]] std::string route_json(
    const features::online::Fold& fold,
    std::string_view origin,
    std::string_view dest,
    base::WallTime now
);

// {"as_of":"...","airports":[{"code":"SFO",<the state of flights into it>},...]}: today.h,
// worst_airports.
[[nodiscard]] std::string airports_json(const features::online::Fold& fold, base::WallTime now);

}  // namespace flightcast::today
