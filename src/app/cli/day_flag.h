// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "dataset/row/day.h"

namespace flightcast::app::cli {

// The day that a flag was given; nothing when it was not. Fails with invalid_argument, naming the
// flag.
[[nodiscard]] base::Result<std::optional<dataset::Day>> read_day(
    const char* flag, const std::string& text
);

}  // namespace flightcast::app::cli
