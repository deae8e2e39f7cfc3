// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "load/report.h"

namespace flightcast::load {

// The CPU seconds that process `pid` has used so far, and its resident memory; nothing when /proc
// does not know it.
[[nodiscard]] std::optional<ServerUsage> usage_of(int pid);

}  // namespace flightcast::load
