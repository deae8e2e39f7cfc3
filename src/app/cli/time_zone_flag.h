// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "flight/calendar/time_zone.h"

namespace flightcast::app::cli {

// The name in `known` that `name` was probably meant to be: "UTC" for "utc", "Europe/Madrid" for
// "madrid", "America/New_York" for "New York" and "America/New_Yrok"; empty when none is near.
[[nodiscard]] std::string nearest_zone(
    std::string_view name, const std::vector<std::string>& known
);

// The zone called `name`. Errc::invalid_argument names the one that was probably meant.
[[nodiscard]] base::Result<flight::TimeZone> find_time_zone(const std::string& name);

}  // namespace flightcast::app::cli
