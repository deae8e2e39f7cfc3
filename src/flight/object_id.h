// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "flight/request.h"

namespace flightcast::flight {

// The `_id` of a stored document, 12 bytes (BSON ObjectId).
struct ObjectId {
    std::array<std::uint8_t, 12> bytes{};

    auto operator<=>(const ObjectId&) const = default;
    [[nodiscard]] std::string to_string() const;  // 24 hex digits, lower case
    [[nodiscard]] static std::optional<ObjectId> parse(std::string_view hex);
};

// The id that every part of the system derives for the outcome of one request, so that storing
// twice stores once: 4 bytes of seconds (the request's timestamp, 0 when it has none) and the first
// 8 bytes of SHA-256 of the UUID's text.
[[nodiscard]] ObjectId document_id(const base::Uuid& id, std::int64_t timestamp_seconds);

// The same of a request and its timestamp (its naive time counted as if it were UTC, so that the id
// does not depend on a time zone).
[[nodiscard]] ObjectId document_id(const Request& request);

}  // namespace flightcast::flight
