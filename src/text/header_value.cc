// SPDX-License-Identifier: Apache-2.0
//
// value      = main *( ";" name "=" ( token | quoted ) )
// quoted     = <"> *( any | "\" any ) <">
#include "text/header_value.h"

#include <algorithm>

namespace flightcast::text {
namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Takes the quoted string that `rest` starts with.
std::optional<std::string> take_quoted(std::string_view& rest) {
    std::string value;
    for (std::size_t i = 1; i < rest.size(); ++i) {
        if (rest[i] == '"') {
            rest.remove_prefix(i + 1);
            return value;
        }
        // Browsers send a backslash in a name as it is; only these two are ever escaped.
        const bool escape =
            rest[i] == '\\' && i + 1 < rest.size() && (rest[i + 1] == '"' || rest[i + 1] == '\\');
        if (escape) ++i;
        value += rest[i];
    }
    return std::nullopt;
}

}  // namespace

std::string_view without_blanks(std::string_view text) {
    const std::size_t start = text.find_first_not_of(" \t");
    if (start == std::string_view::npos) return {};
    return text.substr(start, text.find_last_not_of(" \t") - start + 1);
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char left, char right) {
        return lower(left) == lower(right);
    });
}

std::string main_value(std::string_view header_value) {
    std::string value(without_blanks(header_value.substr(0, header_value.find(';'))));
    std::transform(value.begin(), value.end(), value.begin(), lower);
    return value;
}

std::optional<std::string> find_parameter(std::string_view header_value, std::string_view name) {
    std::string_view rest = header_value;
    while (true) {
        const std::size_t semicolon = rest.find(';');
        if (semicolon == std::string_view::npos) return std::nullopt;
        rest.remove_prefix(semicolon + 1);
        const std::size_t equals = rest.find_first_of("=;");
        if (equals == std::string_view::npos) return std::nullopt;
        if (rest[equals] == ';') continue;
        const bool found = equal_ignoring_case(without_blanks(rest.substr(0, equals)), name);
        rest = rest.substr(equals + 1);
        const std::size_t start = std::min(rest.find_first_not_of(" \t"), rest.size());
        rest.remove_prefix(start);
        if (rest.starts_with('"')) {
            auto quoted = take_quoted(rest);
            if (!quoted || found) return quoted;
        } else if (found) {
            return std::string(without_blanks(rest.substr(0, rest.find(';'))));
        }
    }
}

}  // namespace flightcast::text
