// SPDX-License-Identifier: Apache-2.0
#include "base/uuid.h"

namespace flightcast::base {
namespace {

constexpr std::size_t kTextSize = 36;
constexpr std::string_view kDigits = "0123456789abcdef";

constexpr bool is_dash_position(std::size_t i) {
    return i == 8 || i == 13 || i == 18 || i == 23;
}

std::optional<std::uint8_t> hex_value(char c) {
    if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<std::uint8_t>(c - 'a' + 10);
    if (c >= 'A' && c <= 'F') return static_cast<std::uint8_t>(c - 'A' + 10);
    return std::nullopt;
}

}  // namespace

std::string Uuid::to_string() const {
    std::string text;
    text.reserve(kTextSize);
    for (const std::uint8_t byte : bytes) {
        if (is_dash_position(text.size())) text += '-';
        text += kDigits[byte >> 4U];
        text += kDigits[byte & 15U];
    }
    return text;
}

std::string Uuid::redacted() const {
    return to_string().substr(0, 8) + "...";
}

std::optional<Uuid> Uuid::parse(std::string_view text) {
    if (text.size() != kTextSize) return std::nullopt;
    Uuid id;
    std::size_t digits = 0;
    for (std::size_t i = 0; i < kTextSize; ++i) {
        if (is_dash_position(i)) {
            if (text[i] != '-') return std::nullopt;
            continue;
        }
        const std::optional<std::uint8_t> value = hex_value(text[i]);
        if (!value) return std::nullopt;
        std::uint8_t& byte = id.bytes[digits / 2];
        byte = static_cast<std::uint8_t>((byte << 4U) | *value);
        ++digits;
    }
    return id;
}

Uuid Uuid::random(Random& random) {
    std::array<std::uint8_t, 16> bits{};
    random.fill(std::as_writable_bytes(std::span(bits)));
    return from_digest(bits);
}

Uuid Uuid::from_digest(const std::array<std::uint8_t, 16>& digest) {
    Uuid id{digest};
    id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0fU) | 0x40U);  // version 4
    id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3fU) | 0x80U);  // variant 10
    return id;
}

}  // namespace flightcast::base
