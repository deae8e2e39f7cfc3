// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mongoc/mongoc.h>

#include <string_view>

#include "base/result.h"

namespace flightcast::store::mongo {

// Numbers that the server gives to its refusals.
inline constexpr std::uint32_t kUnauthorized = 13;
inline constexpr std::uint32_t kAuthenticationFailed = 18;
inline constexpr std::uint32_t kIndexOptionsConflict = 85;
inline constexpr std::uint32_t kIndexKeySpecsConflict = 86;
inline constexpr std::uint32_t kDuplicateKey = 11'000;

// `error` in words for people: the place (`server`, without secrets), the purpose ("store
// outcomes"), the reason and the way out. Errc::unavailable always: none of it is lasting, not
// even a wrong password.
[[nodiscard]] base::Error to_error(
    const bson_error_t& error, std::string_view server, std::string_view purpose
);

}  // namespace flightcast::store::mongo
