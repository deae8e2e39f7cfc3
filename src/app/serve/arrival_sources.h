// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "app/options/options.h"

namespace flightcast::app::serve {

// The names in --arrival-sources, the best first.
[[nodiscard]] std::vector<std::string> arrival_sources(const options::ServeOptions& options);

}  // namespace flightcast::app::serve
