// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace flightcast::app::cli {

// How many characters must be inserted, removed, replaced or swapped with their neighbour to turn
// `a` into `b` (optimal string alignment distance).
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

// The name in `known` that `name` was probably meant to be: the first with the least edit distance,
// or one that starts with `name`; empty when none is near.
[[nodiscard]] std::string nearest_name(std::string_view name, std::span<const std::string> known);

}  // namespace flightcast::app::cli
