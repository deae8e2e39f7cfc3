// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

namespace flightcast::flight {

// A point in time without a zone, as the original system stamps its requests.
using LocalTime = std::chrono::local_time<std::chrono::microseconds>;

}  // namespace flightcast::flight
