// SPDX-License-Identifier: Apache-2.0
#include "app/cli/cli_values.h"

#include <gtest/gtest.h>

#include <array>

namespace flightcast::app::cli {
namespace {

using namespace std::chrono_literals;

// Goal: a number is accepted whole and in its range or not at all, and the error quotes it.
TEST(ParseInteger, AcceptsWholeNumbersInRange) {
    for (const char* text :
         {"", " 5", "5 ", "+5", "5.0", "0x5", "1e3", "11", "-1", "99999999999999999999"}) {
        const auto value = parse_integer(text, 0, 10);
        ASSERT_FALSE(value) << text;
        EXPECT_EQ(value.error().code, base::Errc::invalid_argument);
        EXPECT_TRUE(value.error().detail.starts_with("'" + std::string(text) + "'"));
    }
    EXPECT_EQ(parse_integer("0", 0, 10), 0);
    EXPECT_EQ(parse_integer("10", 0, 10), 10);
    EXPECT_EQ(parse_integer("-3", -3, 10), -3);
}

// Goal: a duration needs a whole number and a known unit; overflow is refused.
TEST(ParseDuration, AcceptsNumberAndUnit) {
    for (const char* text :
         {"",
          "5",
          "s",
          "-5s",
          "+5s",
          "5 s",
          "5S",
          "1.5s",
          "5min",
          "5s5",
          "3651d",
          "99999999999999999999s",
          "9223372036854775807d"}) {
        EXPECT_FALSE(parse_duration(text)) << text;
    }
    EXPECT_EQ(parse_duration("0"), 0ms);
    EXPECT_EQ(parse_duration("0s"), 0ms);
    EXPECT_EQ(parse_duration("250ms"), 250ms);
    EXPECT_EQ(parse_duration("5s"), 5s);
    EXPECT_EQ(parse_duration("5m"), 5min);
    EXPECT_EQ(parse_duration("2h"), 2h);
    EXPECT_EQ(parse_duration("3650d"), 3'650 * 24h);
}

// Goal: sizes take both families of units; nothing is guessed.
TEST(ParseSize, AcceptsNumberAndUnit) {
    for (const char* text :
         {"",
          "MB",
          "-1",
          "1.5MB",
          "1 MB",
          "1mb",
          "1K",
          "1TB",
          "9999999GB",
          "99999999999999999999"}) {
        EXPECT_FALSE(parse_size(text)) << text;
    }
    EXPECT_EQ(parse_size("0"), 0U);
    EXPECT_EQ(parse_size("512"), 512U);
    EXPECT_EQ(parse_size("64kB"), 64'000U);
    EXPECT_EQ(parse_size("64KiB"), 65'536U);
    EXPECT_EQ(parse_size("64MB"), 64'000'000U);
    EXPECT_EQ(parse_size("64MiB"), 67'108'864U);
    EXPECT_EQ(parse_size("1GB"), 1'000'000'000U);
}

// Goal: the printed text is the shortest spelling, and is read as the same value.
TEST(FormatValues, IsReadBack) {
    struct Case {
        std::chrono::milliseconds value;
        const char* text;
    };
    const std::array cases = {
        Case{0ms, "0"},
        Case{1ms, "1ms"},
        Case{1'500ms, "1500ms"},
        Case{5s, "5s"},
        Case{90s, "90s"},
        Case{5min, "5m"},
        Case{48h, "2d"},
        Case{25h, "25h"},
    };
    for (const Case& item : cases) {
        EXPECT_EQ(format_duration(item.value), item.text);
        EXPECT_EQ(parse_duration(item.text), item.value);
    }
    for (const char* text : {"0", "1B", "1001B", "1kB", "1KiB", "64MiB", "1MB", "1GB", "3GiB"}) {
        EXPECT_EQ(format_size(*parse_size(text)), text);
    }
}

}  // namespace
}  // namespace flightcast::app::cli
