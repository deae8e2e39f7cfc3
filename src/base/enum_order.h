// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>

namespace flightcast::base {

// Whether `order` lists enumerators as they are numbered, from 0 on. For tables whose rows are
// found by an enumerator, beside a table of as many rows:
//
//     static_assert(is_enum_order(std::array{Fate::accepted, Fate::invalid}));
//
// An enumerator put between others then does not shift a row unseen.
template <typename Enum, std::size_t N>
[[nodiscard]] consteval bool is_enum_order(const std::array<Enum, N>& order) {
    for (std::size_t i = 0; i < N; ++i) {
        if (static_cast<std::size_t>(order[i]) != i) return false;
    }
    return true;
}

}  // namespace flightcast::base
