// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace flightcast::gateway::http {

// The members of "https://a.example, http://b.example:8080", or "*", as browsers write origins:
// scheme and host in lower case, no default port, no slash at the end. Empty members are left out.
//
// Errc::invalid_argument names the member that is no origin and says how one is written.
[[nodiscard]] base::Result<std::vector<std::string>> parse_origins(std::string_view list);

}  // namespace flightcast::gateway::http
