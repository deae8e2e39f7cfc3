// SPDX-License-Identifier: Apache-2.0
#include "text/number_text.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "base/random.h"

namespace flightcast::text {
namespace {

using namespace std::string_literals;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Goal: text that Python's float() refuses is refused; the list was checked with CPython 3.11.
TEST(NumberText, RefusesWhatPythonRefuses) {
    const std::string cases[] = {
        "",
        " ",
        ".",
        "e5",
        "1e",
        "1e+",
        "+-5",
        "--5",
        "-+5",
        "++5",
        "1.5.2",
        "1 2",
        "0x10",
        "5,5",
        "abc",
        "_1",
        "1_",
        "1__0",
        "1_e5",
        "1e_5",
        "1_.5",
        "1._5",
        "infinit",
        "in_f",
        "nan_",
        "nan(1)",
        "-nan()",
        "\x1C"
        "5",
        "1\0"s,
        "\u00B2",
        "\u00BD",
        "\u066B5",
        "\uFEFF5",
        "5\u200B",
        "\x1C\u0665",
    };
    for (const std::string& text : cases) {
        EXPECT_EQ(parse_python_float(text), std::nullopt) << text;
    }
}

// Goal: text that Python's float() reads gives the same number, bit for bit.
TEST(NumberText, ReadsWhatPythonReads) {
    const std::pair<std::string, double> cases[] = {
        {"5", 5},
        {" 5 ", 5},
        {"\v5\f", 5},
        {"5\n", 5},
        {"1e3", 1e3},
        {"1E-5", 1e-5},
        {".5", 0.5},
        {"5.", 5},
        {"00012", 12},
        {"+5", 5},
        {"-0", -0.0},
        {"1_000", 1000},
        {"1e5_0", 1e50},
        {"1e308", 1e308},
        {"1e999", kInfinity},
        {"-1e999", -kInfinity},
        {"1e-999", 0},
        {"inf", kInfinity},
        {"-Infinity", -kInfinity},
        {"4.9e-324", 5e-324},
        {std::string(100, '9'), 1e100},
        {"\u0661\u0662", 12},
        {"\u096B.\u096Be\u0661", 55},
        {"\uFF15", 5},
        {"\u0661_\u0662", 12},
        {"\U0001D7D9", 1},
        {"5\u0085", 5},
        {"\u00A05\u3000", 5},
        {"\U0001FBF9", 9},
    };
    for (const auto& [text, value] : cases) {
        const auto read = parse_python_float(text);
        ASSERT_TRUE(read.has_value()) << text;
        EXPECT_EQ(std::bit_cast<std::uint64_t>(*read), std::bit_cast<std::uint64_t>(value)) << text;
    }
    EXPECT_TRUE(std::isnan(parse_python_float("NaN").value_or(0)));
    EXPECT_TRUE(std::isnan(parse_python_float("-nan").value_or(0)));
}

struct Written {
    double value;
    std::string_view python;
    std::string_view java;
};

// Goal: a number looks as in Python and in Java, at the borders between their forms too.
TEST(NumberText, WritesLikePythonAndJava) {
    constexpr Written kCases[] = {
        {0.0, "0.0", "0.0"},
        {-0.0, "-0.0", "-0.0"},
        {5.0, "5.0", "5.0"},
        {-17.0, "-17.0", "-17.0"},
        {0.1, "0.1", "0.1"},
        {198.91712707182322, "198.91712707182322", "198.91712707182322"},
        {0.001, "0.001", "0.001"},
        {0.00099, "0.00099", "9.9E-4"},
        {0.0001, "0.0001", "1.0E-4"},
        {0.00001, "1e-05", "1.0E-5"},
        {1.5e-7, "1.5e-07", "1.5E-7"},
        {9999999.0, "9999999.0", "9999999.0"},
        {-9999999.5, "-9999999.5", "-9999999.5"},
        {1e7, "10000000.0", "1.0E7"},
        {12345678.9, "12345678.9", "1.23456789E7"},
        {1e15, "1000000000000000.0", "1.0E15"},
        {9007199254740993.0, "9007199254740992.0", "9.007199254740992E15"},
        {1e16, "1e+16", "1.0E16"},
        {1.5e16, "1.5e+16", "1.5E16"},
        {2e23, "2e+23", "2.0E23"},
        {1e100, "1e+100", "1.0E100"},
        {-1e308, "-1e+308", "-1.0E308"},
        {1.7976931348623157e308, "1.7976931348623157e+308", "1.7976931348623157E308"},
        {2.2250738585072014e-308, "2.2250738585072014e-308", "2.2250738585072014E-308"},
        {5e-324, "5e-324", "4.9E-324"},
        {kInfinity, "Infinity", "Infinity"},
        {-kInfinity, "-Infinity", "-Infinity"},
        {std::numeric_limits<double>::quiet_NaN(), "NaN", "NaN"},
    };
    for (const Written& expected : kCases) {
        std::string python;
        append_python_float(python, expected.value);
        EXPECT_EQ(python, expected.python);
        std::string java;
        append_java_double(java, expected.value);
        EXPECT_EQ(java, expected.java);
    }
}

// Goal: whatever is written reads back as the same number, for random bits and random whole
// numbers.
TEST(NumberText, ReadsBackWhatItWrites) {
    constexpr std::uint64_t kSeed = 20'161'225;
    SCOPED_TRACE(kSeed);
    base::SeededRandom random(kSeed);
    for (int i = 0; i < 20'000; ++i) {
        const std::uint64_t bits = random.next();
        const double value =
            i % 4 == 0 ? static_cast<double>(bits >> 40U) / 1024.0 : std::bit_cast<double>(bits);
        if (!std::isfinite(value)) continue;
        std::string python;
        append_python_float(python, value);
        ASSERT_EQ(parse_json_number(python), value) << python;
        std::string java;
        append_java_double(java, value);
        ASSERT_EQ(parse_json_number(java), value) << java;
    }
}

}  // namespace
}  // namespace flightcast::text
