// SPDX-License-Identifier: Apache-2.0
#include "text/json_array.h"

#include <cstddef>

namespace flightcast::text {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

void skip_blanks(std::string_view& text) {
    text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
}

bool take(std::string_view& text, char c) {
    skip_blanks(text);
    if (!text.starts_with(c)) return false;
    text.remove_prefix(1);
    return true;
}

// The size of the string that begins at `at`, its quotes included; 0 when it does not end.
std::size_t string_size(std::string_view text, std::size_t at) {
    for (std::size_t i = at + 1; i < text.size(); ++i) {
        if (text[i] == '\\') {
            ++i;
        } else if (text[i] == '"') {
            return i - at + 1;
        }
    }
    return 0;
}

// The size of the object at the start of `text`; 0 when there is none that ends.
std::size_t object_size(std::string_view text) {
    if (!text.starts_with('{')) return 0;
    std::size_t depth = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '"') {
            const std::size_t size = string_size(text, i);
            if (size == 0) return 0;
            i += size - 1;
        } else if (c == '{' || c == '[') {
            ++depth;
        } else if (c == '}' || c == ']') {
            if (--depth == 0) return i + 1;
        }
    }
    return 0;
}

}  // namespace

std::optional<std::vector<std::string_view>> objects_of(std::string_view json) {
    std::vector<std::string_view> objects;
    if (!take(json, '[')) return std::nullopt;
    if (!take(json, ']')) {
        do {
            skip_blanks(json);
            const std::size_t size = object_size(json);
            if (size == 0) return std::nullopt;
            objects.push_back(json.substr(0, size));
            json.remove_prefix(size);
        } while (take(json, ','));
        if (!take(json, ']')) return std::nullopt;
    }
    skip_blanks(json);
    if (!json.empty()) return std::nullopt;
    return objects;
}

}  // namespace flightcast::text
