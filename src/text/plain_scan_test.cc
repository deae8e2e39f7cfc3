// SPDX-License-Identifier: Apache-2.0
#include "text/plain_scan.h"

#include <gtest/gtest.h>

namespace flightcast::text {
namespace {

// Goal: members in their order are read, with an object inside of another.
TEST(PlainScan, ReadsMembersInOrder) {
    PlainScan scan(R"({"A":"x","N":-12,"D":1.5E-3,"O":{"R":2},"Z":7})");
    ASSERT_TRUE(scan.name("A"));
    EXPECT_EQ(scan.string(), "x");
    EXPECT_FALSE(scan.name("Missing"));
    ASSERT_TRUE(scan.name("N"));
    EXPECT_EQ(scan.integer(), -12);
    ASSERT_TRUE(scan.name("D"));
    EXPECT_EQ(scan.number(), 0.0015);
    ASSERT_TRUE(scan.name("O"));
    ASSERT_TRUE(scan.open());
    ASSERT_TRUE(scan.name("R"));
    EXPECT_TRUE(scan.skip_number());
    ASSERT_TRUE(scan.close());
    ASSERT_TRUE(scan.name("Z"));
    EXPECT_EQ(scan.number(), 7.0);
    EXPECT_TRUE(scan.finish());
}

// Goal: whatever needs a look at more than one byte is refused, and nothing is taken then.
TEST(PlainScan, RefusesAllElse) {
    for (const char* const text :
         {R"({"A":"\u0041"})",
          "{\"A\":\"\xc3\xa9\"}",
          R"({"A":'x'})",
          R"({"A": "x"})",
          R"({"A":"x)",
          R"({"A":5})",
          "{\"A\":\"\t\"}",
          R"({"A":"0123456789012345678901234567890123456789012345678901234567890123456789"})"}) {
        PlainScan scan(text);
        ASSERT_TRUE(scan.name("A")) << text;
        EXPECT_FALSE(scan.string()) << text;
    }
    for (const char* const text :
         {"01", "1.", ".5", "-", "1e", "NaN", "+1", "\"1\"", "1e999", "", "null", "true"}) {
        PlainScan scan(text);
        EXPECT_FALSE(scan.number()) << text;
    }
    for (const char* const text : {"1.0", "1e3", "1234567890", "-", "x"}) {
        PlainScan scan(text);
        EXPECT_FALSE(scan.integer()) << text;
    }
    PlainScan more(R"({"A":1} )");
    ASSERT_TRUE(more.name("A"));
    EXPECT_EQ(more.integer(), 1);
    EXPECT_FALSE(more.finish());
    PlainScan cut(R"({"A)");
    EXPECT_FALSE(cut.name("A"));
    PlainScan other(R"({ "A":1})");
    EXPECT_FALSE(other.name("A"));
}

}  // namespace
}  // namespace flightcast::text
