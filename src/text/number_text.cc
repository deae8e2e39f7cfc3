// SPDX-License-Identifier: Apache-2.0
//
// Python and Java agree on the digits of a number (the shortest that read back as the same double)
// and differ in where they put the point and the exponent. So both start from std::to_chars in the
// form d.ddde-xx, taken apart into digits and an exponent.
#include "text/number_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>

#include "base/utf8.h"
#include "text/json_text.h"

namespace flightcast::text {
namespace {

// The code points of the digit zero in every script that has decimal digits (Unicode 13, general
// category Nd); the nine others follow each.
constexpr std::array<char32_t, 65> kZeros = {
    0x660,   0x6F0,   0x7C0,   0x966,   0x9E6,   0xA66,   0xAE6,   0xB66,   0xBE6,   0xC66,
    0xCE6,   0xD66,   0xDE6,   0xE50,   0xED0,   0xF20,   0x1040,  0x1090,  0x17E0,  0x1810,
    0x1946,  0x19D0,  0x1A80,  0x1A90,  0x1B50,  0x1BB0,  0x1C40,  0x1C50,  0xA620,  0xA8D0,
    0xA900,  0xA9D0,  0xA9F0,  0xAA50,  0xABF0,  0xFF10,  0x104A0, 0x10D30, 0x11066, 0x110F0,
    0x11136, 0x111D0, 0x112F0, 0x11450, 0x114D0, 0x11650, 0x116C0, 0x11730, 0x118E0, 0x11950,
    0x11C50, 0x11D50, 0x11DA0, 0x16A60, 0x16AC0, 0x16B50, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC,
    0x1D7F6, 0x1E140, 0x1E2F0, 0x1E950, 0x1FBF0,
};

bool is_ascii_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_ascii_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

bool is_wide_space(char32_t c) {
    return c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 ||
           c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

// The ASCII character that Python takes a code point for: a digit, a space, or one that no number
// has.
char ascii_of(char32_t code_point) {
    if (is_wide_space(code_point)) return ' ';
    const auto after = std::upper_bound(kZeros.begin(), kZeros.end(), code_point);
    if (after == kZeros.begin() || code_point - *(after - 1) > 9) return '?';
    return static_cast<char>('0' + (code_point - *(after - 1)));
}

std::string to_ascii(std::string_view text) {
    std::string ascii;
    ascii.reserve(text.size());
    while (!text.empty()) {
        const base::Utf8Step step = base::utf8_step(text);
        ascii += step.code_point < 0x80 ? text[0] : ascii_of(step.code_point);
        text.remove_prefix(step.size);
    }
    return ascii;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_ascii_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_ascii_space(text.back())) text.remove_suffix(1);
    return text;
}

// Removes underscores, each of which must stand between two digits.
bool remove_underscores(std::string& text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '_') continue;
        if (i == 0 || i + 1 == text.size() || !is_ascii_digit(text[i - 1]) ||
            !is_ascii_digit(text[i + 1])) {
            return false;
        }
    }
    std::erase(text, '_');
    return true;
}

// The value of a number that from_chars calls out of range. strtod tells whether it is too large or
// too small, and the program never leaves the C locale.
double out_of_range_value(std::string_view text) {
    return std::strtod(std::string(text).c_str(), nullptr);
}

std::optional<double> parse_decimal(std::string_view text) {
    double value = 0;
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, value);
    if (rest != end || error == std::errc::invalid_argument) return std::nullopt;
    if (error == std::errc::result_out_of_range) return out_of_range_value(text);
    return value;
}

// A double's shortest digits: 0.d1d2d3... times ten to the power `point`.
struct Decimal {
    std::array<char, 17> digits;
    int size = 0;
    int point = 0;

    [[nodiscard]] std::string_view text() const {
        return {digits.data(), static_cast<std::size_t>(size)};
    }
};

Decimal take_apart(std::string_view scientific) {
    Decimal result;
    const std::size_t e = scientific.find('e');
    for (const char c : scientific.substr(0, e)) {
        if (c != '.') result.digits[static_cast<std::size_t>(result.size++)] = c;
    }
    while (result.size > 1 && result.text().back() == '0') --result.size;
    const char* exponent = scientific.data() + e + (scientific[e + 1] == '+' ? 2 : 1);
    std::from_chars(exponent, scientific.data() + scientific.size(), result.point);
    ++result.point;
    return result;
}

Decimal shortest(double magnitude) {
    std::array<char, 32> buffer;
    const auto [end, error] = std::to_chars(
        buffer.data(), buffer.data() + buffer.size(), magnitude, std::chars_format::scientific
    );
    return take_apart({buffer.data(), end});
}

// Java writes at least two digits, and of the two-digit numbers the nearest: 4.9E-324,
// not 5.0E-324.
Decimal shortest_of_two(double magnitude) {
    Decimal result = shortest(magnitude);
    if (result.size > 1) return result;
    std::array<char, 32> buffer;
    const auto [end, error] = std::to_chars(
        buffer.data(), buffer.data() + buffer.size(), magnitude, std::chars_format::scientific, 1
    );
    return take_apart({buffer.data(), end});
}

// Most numbers of flights are whole and small, and look the same in both languages.
bool append_small_whole(std::string& out, double value) {
    if (!(value > -1e7 && value < 1e7)) return false;
    const auto whole = static_cast<std::int64_t>(value);
    if (static_cast<double>(whole) != value) return false;
    if (whole == 0 && std::signbit(value)) out += '-';
    append_integer(out, whole);
    out += ".0";
    return true;
}

// Appends the name that both languages have for NaN and infinities; false for a finite number.
bool append_not_finite(std::string& out, double value) {
    if (std::isfinite(value)) return false;
    if (std::isnan(value)) {
        out += "NaN";
    } else {
        out += value < 0 ? "-Infinity" : "Infinity";
    }
    return true;
}

// "0.00123", "12.3", "1230.0"
void append_plain(std::string& out, const Decimal& decimal) {
    const std::string_view digits = decimal.text();
    if (decimal.point <= 0) {
        out += "0.";
        out.append(static_cast<std::size_t>(-decimal.point), '0');
        out += digits;
        return;
    }
    const auto point = static_cast<std::size_t>(decimal.point);
    out += digits.substr(0, point);
    if (digits.size() <= point) {
        out.append(point - digits.size(), '0');
        out += ".0";
    } else {
        out += '.';
        out += digits.substr(point);
    }
}

}  // namespace

std::optional<double> parse_python_float(std::string_view text) {
    std::string ascii(trimmed(to_ascii(text)));
    if (!remove_underscores(ascii)) return std::nullopt;
    std::string_view rest = ascii;
    const bool negative = rest.starts_with('-');
    if (negative || rest.starts_with('+')) rest.remove_prefix(1);
    // from_chars would take a second sign, and "nan(x)".
    if (rest.empty() || rest.front() == '-' || rest.back() == ')') return std::nullopt;
    const auto value = parse_decimal(rest);
    if (!value) return std::nullopt;
    return negative ? -*value : *value;
}

double parse_json_number(std::string_view text) {
    return parse_decimal(text).value_or(std::numeric_limits<double>::quiet_NaN());
}

void append_python_float(std::string& out, double value) {
    if (append_small_whole(out, value) || append_not_finite(out, value)) return;
    if (std::signbit(value)) out += '-';
    const Decimal decimal = shortest(std::fabs(value));
    if (decimal.point > -4 && decimal.point <= 16) {
        append_plain(out, decimal);
        return;
    }
    const int exponent = decimal.point - 1;
    out += decimal.digits[0];
    if (decimal.size > 1) {
        out += '.';
        out += decimal.text().substr(1);
    }
    out += exponent < 0 ? "e-" : "e+";
    if (std::abs(exponent) < 10) out += '0';
    append_integer(out, std::abs(exponent));
}

void append_java_double(std::string& out, double value) {
    if (append_small_whole(out, value) || append_not_finite(out, value)) return;
    if (std::signbit(value)) out += '-';
    const Decimal decimal = shortest_of_two(std::fabs(value));
    if (decimal.point > -3 && decimal.point <= 7) {
        append_plain(out, decimal);
        return;
    }
    out += decimal.digits[0];
    out += '.';
    out += decimal.size > 1 ? decimal.text().substr(1) : "0";
    out += 'E';
    append_integer(out, decimal.point - 1);
}

}  // namespace flightcast::text
