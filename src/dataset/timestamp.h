// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace flightcast::dataset {

using UtcMinutes = std::chrono::sys_time<std::chrono::minutes>;

// Reads "YYYY-MM-DDTHH:MM[:SS[.fraction]][Z|+HH:MM|-HH:MM]", also with a blank for the T, as a time
// in UTC, seconds cut off; without an offset it is UTC already. Nothing for any other text.
//
// Spark writes a day as the midnight in UTC that begins it, in the time zone of whoever exported
// the file: "2015-12-30T16:00:00.000-08:00" is 2015-12-31.
[[nodiscard]] std::optional<UtcMinutes> parse_timestamp(std::string_view text);

}  // namespace flightcast::dataset
