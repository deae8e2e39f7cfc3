// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"

namespace flightcast::base {

// A universally unique identifier (RFC 9562): names one request, and is the secret that lets a
// client have its outcome.
struct Uuid {
    std::array<std::uint8_t, 16> bytes{};

    auto operator<=>(const Uuid&) const = default;

    // "8e90da7e-63f5-45f9-8f3d-7d948120e5a2", always in lower case.
    [[nodiscard]] std::string to_string() const;

    // Its first 8 digits and "...": enough to find it in a log, not enough to use it.
    [[nodiscard]] std::string redacted() const;

    // Reads the 36-character form, in either case; nothing for any other text.
    [[nodiscard]] static std::optional<Uuid> parse(std::string_view text);

    // A random one of version 4.
    [[nodiscard]] static Uuid random(Random& random);

    // Version 4 in shape, with the bits of `digest`: the same digest gives the same id.
    [[nodiscard]] static Uuid from_digest(const std::array<std::uint8_t, 16>& digest);
};

}  // namespace flightcast::base

template <>
struct std::hash<flightcast::base::Uuid> {
    // The bytes are random already; a part of them is as good as any hash.
    std::size_t operator()(const flightcast::base::Uuid& id) const noexcept {
        std::size_t bits = 0;
        std::memcpy(&bits, id.bytes.data() + 8, sizeof bits);
        std::size_t high = 0;
        std::memcpy(&high, id.bytes.data(), sizeof high);
        return bits ^ (high * 0x9e3779b97f4a7c15U);
    }
};
