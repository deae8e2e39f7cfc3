// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace flightcast::flight {

// The names of all time zones of the machine's database; empty when it cannot be read.
[[nodiscard]] std::vector<std::string> time_zone_names();

}  // namespace flightcast::flight
