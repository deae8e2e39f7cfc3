// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string_view>

#include "base/result.h"

namespace flightcast::gateway::api {

// Reads `?wait=` of a request's query: "2s" or "500ms", limits::kWaitMax at most; zero when it is
// not there. invalid_argument for anything else, with the accepted values.
[[nodiscard]] base::Result<std::chrono::milliseconds> wait_time(std::string_view query);

}  // namespace flightcast::gateway::api
