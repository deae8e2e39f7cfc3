// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "performance/performance.h"

namespace flightcast::app::performance {

// A report as a table for a terminal; "not enough" where a group has too few flights for a figure.
[[nodiscard]] std::string performance_text(const flightcast::performance::Report& report);

}  // namespace flightcast::app::performance
