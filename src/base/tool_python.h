// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace flightcast::base {

// The Python with pyarrow that './dev import-tools' made, if it is there; else "python3", to be
// found in PATH.
[[nodiscard]] std::string tool_python();

}  // namespace flightcast::base
