// SPDX-License-Identifier: Apache-2.0
#include "text/json_text.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/utf8.h"

namespace flightcast::text {
namespace {

constexpr std::string_view kLowerHex = "0123456789abcdef";
constexpr std::string_view kUpperHex = "0123456789ABCDEF";

void append_escaped_unit(std::string& out, char32_t unit, std::string_view hex) {
    out += "\\u";
    for (const unsigned shift : {12U, 8U, 4U, 0U}) out += hex[(unit >> shift) & 15U];
}

// The letter after the backslash, or 0 when a character has none.
char short_escape(char c) {
    switch (c) {
        case '"':
            return '"';
        case '\\':
            return '\\';
        case '\b':
            return 'b';
        case '\f':
            return 'f';
        case '\n':
            return 'n';
        case '\r':
            return 'r';
        case '\t':
            return 't';
        default:
            return 0;
    }
}

bool is_plain_ascii(char c) {
    return c >= ' ' && c <= '~' && c != '"' && c != '\\';
}

bool is_plain_raw(char c) {
    return static_cast<unsigned char>(c) >= ' ' && c != '"' && c != '\\';
}

// Appends `text` in quotes: plain characters as they are, those that have a short escape as that,
// and any other as `append_other(out, rest)` writes it, which returns how many bytes that took.
template <auto is_plain, auto append_other>
void append_string(std::string& out, std::string_view text) {
    out += '"';
    while (!text.empty()) {
        const auto run = static_cast<std::size_t>(
            std::find_if_not(text.begin(), text.end(), is_plain) - text.begin()
        );
        out += text.substr(0, run);
        text.remove_prefix(run);
        if (text.empty()) break;
        std::size_t taken = 1;
        if (const char escape = short_escape(text.front())) {
            out += '\\';
            out += escape;
        } else {
            taken = append_other(out, text);
        }
        text.remove_prefix(taken);
    }
    out += '"';
}

// As Python's json does: by UTF-16 units.
std::size_t append_python_escape(std::string& out, std::string_view rest) {
    const base::Utf8Step step = base::utf8_step(rest);
    if (step.code_point < 0x10000) {
        append_escaped_unit(out, step.code_point, kLowerHex);
    } else {
        const char32_t above = step.code_point - 0x10000;
        append_escaped_unit(out, 0xD800 + (above >> 10U), kLowerHex);
        append_escaped_unit(out, 0xDC00 + (above & 0x3FFU), kLowerHex);
    }
    return step.size;
}

std::size_t append_java_escape(std::string& out, std::string_view rest) {
    append_escaped_unit(out, static_cast<unsigned char>(rest.front()), kUpperHex);
    return 1;
}

}  // namespace

void append_python_string(std::string& out, std::string_view text) {
    append_string<is_plain_ascii, append_python_escape>(out, text);
}

void append_java_string(std::string& out, std::string_view text) {
    append_string<is_plain_raw, append_java_escape>(out, text);
}

void append_integer(std::string& out, std::int64_t value) {
    std::array<char, 20> buffer;
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    out.append(buffer.data(), end);
}

}  // namespace flightcast::text
