// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace flightcast::base {

// One step through UTF-8 text (RFC 3629: no surrogates, nothing above U+10FFFF, no overlong forms).
struct Utf8Step {
    char32_t code_point = 0;  // U+FFFD when the bytes are bad
    std::size_t size = 0;     // of a bad sequence: the longest start of a good one, at least 1
    bool valid = false;
};

// The code point that `text` starts with. REQUIRES: `text` is not empty.
[[nodiscard]] Utf8Step utf8_step(std::string_view text);

[[nodiscard]] bool is_utf8(std::string_view text);

// `text` with each bad sequence replaced by U+FFFD, as browsers and Java do.
[[nodiscard]] std::string replace_bad_utf8(std::string_view text);

// Appends the bytes of `code_point`. REQUIRES: it is one that UTF-8 has.
void append_utf8(std::string& out, char32_t code_point);

// The longest start of `text` that has at most `size_max` bytes and does not cut a code point in
// two. REQUIRES: `text` is UTF-8.
[[nodiscard]] std::string_view utf8_prefix(std::string_view text, std::size_t size_max);

}  // namespace flightcast::base
