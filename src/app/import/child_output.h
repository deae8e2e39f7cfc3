// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"

namespace flightcast::app::import {

// Runs the program `command[0]`, found in PATH, with its arguments, waits for its end and gives
// its standard output; its standard error goes to ours. Fails with
// not_found when it cannot be started, io when it fails by itself, full when it writes more than
// `bytes_max`.
//
// REQUIRES: `command` is not empty.
[[nodiscard]] base::Result<std::string> child_output(
    const std::vector<std::string>& command, std::size_t bytes_max
);

}  // namespace flightcast::app::import
