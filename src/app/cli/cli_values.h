// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

// How values are written on the command line, in the environment and in files: shared by the option
// table and by the commands that have flags of their own. Every error is Errc::invalid_argument and
// shows the given and the accepted values; the caller puts the option's name in front.
namespace flightcast::app::cli {

// A whole number from `min` to `max`: "5001", "1'000'000" is not one.
[[nodiscard]] base::Result<std::int64_t> parse_integer(
    std::string_view text, std::int64_t min, std::int64_t max
);

// A whole number and a unit: "250ms", "5s", "5m", "2h", "7d"; "0" needs no unit. Not negative, at
// most ten years.
[[nodiscard]] base::Result<std::chrono::milliseconds> parse_duration(std::string_view text);

// A whole number of bytes with or without a unit: "512", "64kB", "64MB", "1GB" (powers of 1,000),
// "64KiB", "64MiB", "1GiB" (powers of 1,024).
[[nodiscard]] base::Result<std::size_t> parse_size(std::string_view text);

// The shortest spelling that parses to the same: "5m", "250ms", "64MiB", "1MB".
[[nodiscard]] std::string format_duration(std::chrono::milliseconds value);
[[nodiscard]] std::string format_size(std::size_t bytes);

}  // namespace flightcast::app::cli
