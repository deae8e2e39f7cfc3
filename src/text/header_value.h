// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace flightcast::text {

// The part of a header's value before its first semicolon, in lower case and without spaces:
// "text/html" of "text/html; charset=utf-8".
[[nodiscard]] std::string main_value(std::string_view header_value);

// The parameter `name` (in lower case) of a header's value, unquoted. Of several the first counts.
// Nothing if it is missing, or if a quoted one before it does not end.
[[nodiscard]] std::optional<std::string> find_parameter(
    std::string_view header_value, std::string_view name
);

// Whether two texts are equal but for the case of ASCII letters.
[[nodiscard]] bool equal_ignoring_case(std::string_view a, std::string_view b);

// `text` without spaces and tabs at its ends.
[[nodiscard]] std::string_view without_blanks(std::string_view text);

}  // namespace flightcast::text
