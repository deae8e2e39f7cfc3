// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace flightcast::text {

// Reads a number as Python's float() does: white space around it, a sign, "1_000", ".5", "5.",
// "1e3", "inf", "nan", decimal digits of any script. The result may be infinite or NaN. Nothing for
// other text. REQUIRES: `text` is UTF-8.
[[nodiscard]] std::optional<double> parse_python_float(std::string_view text);

// Reads a number of JSON's grammar. Too large a number is infinite, too small a one zero, as in
// Java. NaN for any other text.
[[nodiscard]] double parse_json_number(std::string_view text);

// Appends the text of Python's json.dumps(): "5.0", "1e-07", "1e+16", "-0.0", "NaN", "Infinity".
void append_python_float(std::string& out, double value);

// Appends Java's Double.toString() (as specified since Java 19): "5.0", "1.0E-7", "1.0E7", "-0.0",
// "NaN", "-Infinity".
void append_java_double(std::string& out, double value);

}  // namespace flightcast::text
