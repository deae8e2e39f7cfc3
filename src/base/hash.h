// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace flightcast::base {

// FNV-1a, 64 bits (Fowler, Noll and Vo): the same for the same bytes in every run and on every
// machine. Not for input that an attacker chooses.
[[nodiscard]] constexpr std::uint64_t fnv1a(std::string_view bytes) {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    return hash;
}

// Published test vectors: keys keep their partitions only as long as these hold.
static_assert(fnv1a("") == 0xcbf29ce484222325U);
static_assert(fnv1a("a") == 0xaf63dc4c8601ec8cU);
static_assert(fnv1a("foobar") == 0x85944171f73967e8U);

}  // namespace flightcast::base
