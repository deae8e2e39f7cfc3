// SPDX-License-Identifier: Apache-2.0
#include "base/planted_bug_testing.h"

#include <gtest/gtest.h>

#include <set>

namespace flightcast::base {
namespace {

// Goal: where nothing is planted, as in the program, the question is a constant.
static_assert(!is_planted(PlantedBug::last_outcome_wins));

// Goal: every bug has its row, in the order of the enumerators, under a name of its own.
TEST(PlantedBugs, HaveARowEach) {
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < kPlantedBugCount; ++i) {
        EXPECT_EQ(static_cast<std::size_t>(kPlantedBugs[i].bug), i);
        EXPECT_FALSE(kPlantedBugs[i].mistake.empty()) << i;
        EXPECT_TRUE(names.insert(kPlantedBugs[i].name).second) << kPlantedBugs[i].name;
    }
}

}  // namespace
}  // namespace flightcast::base
