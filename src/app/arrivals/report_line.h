// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace flightcast::app::arrivals {

// A record of the arrival topic as one line for people, without its end:
// "2008-04-01 AA 123 ATL-SFO 10:30 landed, 7 min late (towers)". Of an invalid report the fault.
[[nodiscard]] std::string report_line(std::string_view value);

}  // namespace flightcast::app::arrivals
