// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace flightcast::base {

// Prints the condition and its place to stderr and aborts. Use FC_CHECK.
[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace flightcast::base

// Stops the program when `condition` does not hold: a bug in this program, never bad input. It is
// on in every build.
#define FC_CHECK(condition)       \
    (static_cast<bool>(condition) \
         ? static_cast<void>(0)   \
         : ::flightcast::base::check_failed(#condition, __FILE__, __LINE__))
