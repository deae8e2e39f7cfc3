// SPDX-License-Identifier: Apache-2.0
//
// The few things HTTP needs to know about text: ASCII only, never the locale's idea of it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace flightcast::gateway::http {

// Equal but for the case of ASCII letters.
[[nodiscard]] bool equal_ignoring_case(std::string_view a, std::string_view b);

// With ASCII letters in lower case.
[[nodiscard]] std::string to_lower(std::string_view text);

// A `token` of RFC 9110, as methods and header names are.
[[nodiscard]] bool is_token(std::string_view text);

// Without the spaces and tabs at both ends.
[[nodiscard]] std::string_view trim(std::string_view text);

// Whether the comma-separated list has the member, ignoring case: "keep-alive, Upgrade".
[[nodiscard]] bool list_has(std::string_view list, std::string_view member);

enum class Plus { literal, space };  // A form writes a space as '+', a path does not.

// "%41" -> "A". Nothing when an escape is broken or the result is not UTF-8.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text, Plus plus);

}  // namespace flightcast::gateway::http
