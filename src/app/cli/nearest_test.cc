// SPDX-License-Identifier: Apache-2.0
#include "app/cli/nearest.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace flightcast::app::cli {
namespace {

// Goal: every kind of typing mistake costs one, and the distance is the same both ways.
TEST(EditDistance, CountsMistakes) {
    struct Case {
        const char* a;
        const char* b;
        std::size_t distance;
    };
    constexpr std::array kCases = {
        Case{"", "", 0},
        Case{"", "abc", 3},
        Case{"port", "port", 0},
        Case{"port", "prot", 1},
        Case{"port", "pot", 1},
        Case{"port", "poort", 1},
        Case{"port", "part", 1},
        Case{"abcd", "badc", 2},
        Case{"kitten", "sitting", 3},
    };
    for (const Case& item : kCases) {
        EXPECT_EQ(edit_distance(item.a, item.b), item.distance) << item.a << ' ' << item.b;
        EXPECT_EQ(edit_distance(item.b, item.a), item.distance) << item.a << ' ' << item.b;
    }
}

// Goal: a suggestion is made for mistakes and beginnings, and for nothing else.
TEST(NearestName, SuggestsOnlyWhatIsNear) {
    const std::array<std::string, 4> known = {"port", "host", "data-dir", "accept-timeout"};
    struct Case {
        const char* name;
        const char* nearest;
    };
    constexpr std::array kCases = {
        Case{"", ""},
        Case{"x", ""},
        Case{"colour", ""},
        Case{"prot", "port"},
        Case{"hots", "host"},
        Case{"data_dir", "data-dir"},
        Case{"accept", "accept-timeout"},
        Case{"acept-timout", "accept-timeout"},
    };
    for (const Case& item : kCases)
        EXPECT_EQ(nearest_name(item.name, known), item.nearest) << item.name;
    EXPECT_EQ(nearest_name(std::string(1'000, 'p'), known), "");
}

}  // namespace
}  // namespace flightcast::app::cli
