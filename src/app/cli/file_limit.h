// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace flightcast::app::cli {

// How many files this process may have open once raise_file_limit() was called.
[[nodiscard]] std::size_t file_limit();

// Lets this process open as many files as it may allow itself; how many that are.
std::size_t raise_file_limit();

// How many connections leave room for what else the process opens: at least one.
[[nodiscard]] std::size_t connections_within(std::size_t files);

// How many files so many connections need.
[[nodiscard]] std::size_t files_for(std::size_t connections);

}  // namespace flightcast::app::cli
