// SPDX-License-Identifier: Apache-2.0
#include "dataset/row/cells.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string>

#include "base/utf8.h"
#include "text/number_text.h"

namespace flightcast::dataset {
namespace {

constexpr std::size_t kNumberBytesMax = 64;

// As Python, R, Spark, Hive, MySQL and Excel write them.
constexpr std::array<std::string_view, 16> kMissing = {
    "NA",
    "N/A",
    "#N/A",
    "<NA>",
    "NaN",
    "nan",
    "-nan",
    "NaT",
    "null",
    "NULL",
    "Null",
    "None",
    "none",
    "NONE",
    "nil",
    "\\N"
};

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r';
}

std::optional<double> parse_plain(std::string_view text) {
    double number = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || stop != end || !std::isfinite(number)) return std::nullopt;
    return number;
}

std::optional<double> parse_with_comma(std::string_view text) {
    if (text.starts_with('+')) text.remove_prefix(1);
    std::string with_point(text);
    const std::size_t comma = with_point.find(',');
    if (comma == std::string::npos || with_point.find('.') != std::string::npos) {
        return std::nullopt;
    }
    with_point[comma] = '.';
    return parse_plain(with_point);
}

bool equal_ignoring_case(std::string_view text, std::string_view lower) {
    return std::ranges::equal(text, lower, [](char c, char expected) {
        return (c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c) == expected;
    });
}

}  // namespace

std::string_view without_marks(std::string_view text) {
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    constexpr std::string_view kFirst = "N#<n-\\";
    if (text.empty() || kFirst.find(text.front()) == std::string_view::npos) return text;
    return std::ranges::find(kMissing, text) == kMissing.end() ? text : std::string_view();
}

std::optional<double> parse_number(std::string_view text, DecimalMark mark) {
    if (const auto number = parse_plain(text)) return number;
    if (text.size() > kNumberBytesMax || !base::is_utf8(text)) return std::nullopt;
    if (mark == DecimalMark::point_or_comma) {
        if (const auto number = parse_with_comma(text)) return number;
    }
    const auto number = text::parse_python_float(text);
    if (!number || !std::isfinite(*number)) return std::nullopt;
    return number;
}

std::optional<std::int64_t> parse_whole(std::string_view text) {
    std::int64_t whole = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, whole);
    if (error == std::errc{} && stop == end) return whole;
    constexpr double kExactMax = 9e15;
    const auto number = parse_number(text);
    if (!number || std::abs(*number) > kExactMax || std::trunc(*number) != *number) {
        return std::nullopt;
    }
    return static_cast<std::int64_t>(*number);
}

std::optional<bool> parse_flag(std::string_view text) {
    for (const std::string_view yes : {"true", "t", "yes", "y"}) {
        if (equal_ignoring_case(text, yes)) return true;
    }
    for (const std::string_view no : {"false", "f", "no", "n"}) {
        if (equal_ignoring_case(text, no)) return false;
    }
    const auto number = parse_whole(text);
    if (!number || (*number != 0 && *number != 1)) return std::nullopt;
    return *number == 1;
}

bool is_airport_number(std::string_view text) {
    return text.size() == 5 &&
           std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace flightcast::dataset
