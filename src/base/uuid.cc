// SPDX-License-Identifier: Apache-2.0
#include "base/uuid.h"

namespace flightcast::base {
namespace {

constexpr std::size_t kTextSize = 36;
constexpr std::string_view kDigits = "0123456789abcdef";
constexpr std::array<std::size_t, 4> kDashes = {8, 13, 18, 23};

// Where the text of each byte starts.
constexpr std::array<std::size_t, 16> kPlaces = {
    0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34
};

constexpr std::uint8_t kNoDigit = 0xF0;

// Of each character the value as a hexadecimal digit; kNoDigit, which no value has bits of, for
// others.
constexpr auto kHexValues = [] {
    std::array<std::uint8_t, 256> values{};
    values.fill(kNoDigit);
    for (std::uint8_t i = 0; i < 16; ++i) {
        const auto digit = static_cast<unsigned char>(kDigits[i]);
        values[digit] = i;
        if (i > 9) values[digit - 'a' + 'A'] = i;
    }
    return values;
}();

std::uint8_t hex_value(char c) {
    return kHexValues[static_cast<unsigned char>(c)];
}

}  // namespace

std::string Uuid::to_string() const {
    std::string text(kTextSize, '-');
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        text[kPlaces[i]] = kDigits[bytes[i] >> 4U];
        text[kPlaces[i] + 1] = kDigits[bytes[i] & 15U];
    }
    return text;
}

std::string Uuid::redacted() const {
    return to_string().substr(0, 8) + "...";
}

std::optional<Uuid> Uuid::parse(std::string_view text) {
    if (text.size() != kTextSize) return std::nullopt;
    for (const std::size_t dash : kDashes) {
        if (text[dash] != '-') return std::nullopt;
    }
    Uuid id;
    std::uint8_t bad = 0;
    for (std::size_t i = 0; i < id.bytes.size(); ++i) {
        const std::uint8_t high = hex_value(text[kPlaces[i]]);
        const std::uint8_t low = hex_value(text[kPlaces[i] + 1]);
        bad |= (high | low) & kNoDigit;
        id.bytes[i] = static_cast<std::uint8_t>(high << 4U | low);
    }
    if (bad != 0) return std::nullopt;
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
