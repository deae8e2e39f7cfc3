// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace flightcast::text {

// What stands before the first semicolon of a header's value, in lower case and without spaces:
// "text/html; charset=utf-8" gives "text/html".
[[nodiscard]] std::string main_value(std::string_view header_value);

// The parameter `name` (in lower case) of a header's value, unquoted. Of several the first counts.
// Nothing if there is none, or if a quoted one before it does not end.
[[nodiscard]] std::optional<std::string> find_parameter(
    std::string_view header_value, std::string_view name
);

// Whether two texts are equal but for the case of ASCII letters.
[[nodiscard]] bool equal_ignoring_case(std::string_view a, std::string_view b);

// `text` without spaces and tabs at its ends.
[[nodiscard]] std::string_view without_blanks(std::string_view text);

}  // namespace flightcast::text
