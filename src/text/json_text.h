// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace flightcast::text {

// Appends `text` as a JSON string as Python's json.dumps writes it: ASCII only, everything else as
// \uXXXX, above U+FFFF as two of them. REQUIRES: `text` is UTF-8.
void append_python_string(std::string& out, std::string_view text);

// Appends `text` as a JSON string as Java's Jackson writes it: raw UTF-8, control characters
// escaped.
void append_java_string(std::string& out, std::string_view text);

void append_integer(std::string& out, std::int64_t value);

}  // namespace flightcast::text
