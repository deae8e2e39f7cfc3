// SPDX-License-Identifier: Apache-2.0
#include "flight/object_id.h"

#include <openssl/sha.h>

#include <algorithm>
#include <chrono>

namespace flightcast::flight {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

std::optional<std::uint8_t> value_of_digit(char digit) {
    if (digit >= '0' && digit <= '9') return static_cast<std::uint8_t>(digit - '0');
    if (digit >= 'a' && digit <= 'f') return static_cast<std::uint8_t>(digit - 'a' + 10);
    if (digit >= 'A' && digit <= 'F') return static_cast<std::uint8_t>(digit - 'A' + 10);
    return std::nullopt;
}

}  // namespace

std::string ObjectId::to_string() const {
    std::string hex;
    hex.reserve(2 * bytes.size());
    for (const std::uint8_t byte : bytes) {
        hex += kHexDigits[byte >> 4U];
        hex += kHexDigits[byte & 15U];
    }
    return hex;
}

std::optional<ObjectId> ObjectId::parse(std::string_view hex) {
    ObjectId result;
    if (hex.size() != 2 * result.bytes.size()) return std::nullopt;
    for (std::size_t i = 0; i < result.bytes.size(); ++i) {
        const auto high = value_of_digit(hex[2 * i]);
        const auto low = value_of_digit(hex[2 * i + 1]);
        if (!high || !low) return std::nullopt;
        result.bytes[i] = static_cast<std::uint8_t>((*high << 4U) | *low);
    }
    return result;
}

ObjectId document_id(const base::Uuid& id, std::int64_t timestamp_seconds) {
    const std::string text = id.to_string();
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());

    // Seconds that do not fit in 32 bits wrap: they only make ids sort by time.
    const auto seconds = static_cast<std::uint32_t>(timestamp_seconds);
    ObjectId result;
    for (std::size_t i = 0; i < 4; ++i) {
        result.bytes[i] = static_cast<std::uint8_t>(seconds >> (24U - 8U * i));
    }
    std::copy_n(digest.begin(), 8, result.bytes.begin() + 4);
    return result;
}

ObjectId document_id(const Request& request) {
    std::int64_t seconds = 0;
    if (request.timestamp) {
        seconds =
            std::chrono::floor<std::chrono::seconds>(*request.timestamp).time_since_epoch().count();
    }
    return document_id(request.id, seconds);
}

}  // namespace flightcast::flight
