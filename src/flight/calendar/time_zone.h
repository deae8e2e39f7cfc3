// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "flight/calendar/local_time.h"

namespace date {
class time_zone;
}

namespace flightcast::flight {

// A time zone of the IANA database: turns the naive times of requests into points in time. A
// small value, copied freely. UTC needs no database and costs nothing.
class TimeZone {
  public:
    // UTC.
    TimeZone() = default;

    // The zone called `name`, such as "Europe/Madrid". Errors: invalid_argument if the machine's
    // database has none of that name.
    [[nodiscard]] static base::Result<TimeZone> find(std::string_view name);

    // Its name, "UTC" for UTC.
    [[nodiscard]] std::string name() const;

    struct Moment {
        LocalTime local;              // as the clocks on the wall show it
        std::chrono::seconds offset;  // local time minus UTC
    };

    [[nodiscard]] Moment to_local(base::WallTime time) const;

    // The point in time at which clocks show `local`, as java.time decides: the earlier one in the
    // hour that is repeated in autumn; in the hour that is left out in spring, as many minutes
    // after the gap as `local` is after the gap's start.
    [[nodiscard]] base::WallTime to_wall(LocalTime local) const;

  private:
    explicit TimeZone(const date::time_zone* zone) : zone_(zone) {}

    const date::time_zone* zone_ = nullptr;  // null for UTC; else lives as long as the program
};

}  // namespace flightcast::flight
