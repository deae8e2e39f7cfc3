// SPDX-License-Identifier: Apache-2.0
#include "judging/simulation_testing.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "base/planted_bug_testing.h"

namespace flightcast::judging {
namespace {

using base::PlantedBug;

// So many schedules are played; FLIGHTCAST_JUDGING_SCHEDULES gives another number.
std::uint64_t schedules() {
    const char* const given = std::getenv("FLIGHTCAST_JUDGING_SCHEDULES");
    return given == nullptr ? 1'000 : std::stoull(given);
}

constexpr std::uint64_t kSchedulesToFind = 200;

// Goal: in every schedule the evaluations are those of an offline join, and none counts twice,
// whatever the order of records, whatever is lost or repeated and whichever evaluator dies.
TEST(JudgingSimulation, KeepsItsPromises) {
    Played all;
    std::size_t left_out = 0;
    for (std::uint64_t seed = 1; seed <= schedules(); ++seed) {
        const Played played = play_schedule(seed);
        ASSERT_FALSE(played.fault) << "seed " << seed << ": " << *played.fault;
        all.judged += played.judged;
        all.ended += played.ended;
        all.kills += played.kills;
        all.lost += played.lost;
        all.in_file += played.in_file;
        left_out += played.is_left_out ? 1 : 0;
    }
    EXPECT_GT(all.judged, schedules());
    EXPECT_GT(all.ended, schedules() / 2);
    EXPECT_GT(all.kills, schedules() / 10);
    EXPECT_GT(all.lost, schedules() / 10);
    EXPECT_GT(all.in_file, schedules() / 10);
    EXPECT_LT(left_out, schedules() / 2);
}

class PlantedInJudging : public testing::TestWithParam<std::size_t> {};

INSTANTIATE_TEST_SUITE_P(
    Each,
    PlantedInJudging,
    testing::Range(
        static_cast<std::size_t>(PlantedBug::ambiguity_unseen),
        static_cast<std::size_t>(PlantedBug::superseded_records_count)
    ),
    [](const auto& bug) { return std::string(base::kPlantedBugs[bug.param].name); }
);

// Goal: the simulation can fail: some schedule finds each mistake.
TEST_P(PlantedInJudging, IsFound) {
    const base::Planted planted(base::kPlantedBugs[GetParam()].bug);
    for (std::uint64_t seed = 1; seed <= kSchedulesToFind; ++seed) {
        if (!play_schedule(seed).fault) continue;
        RecordProperty("seed", static_cast<int>(seed));
        return;
    }
    FAIL() << "no schedule up to " << kSchedulesToFind << " finds that "
           << base::kPlantedBugs[GetParam()].mistake;
}

}  // namespace
}  // namespace flightcast::judging
