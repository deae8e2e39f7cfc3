// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "base/planted_bug_testing.h"
#include "scoring/fold_schedule_testing.h"

namespace flightcast::scoring {
namespace {

using base::PlantedBug;

// So many schedules are played; FLIGHTCAST_FOLD_SCHEDULES gives another number.
std::uint64_t schedules() {
    const char* const given = std::getenv("FLIGHTCAST_FOLD_SCHEDULES");
    return given == nullptr ? 200 : std::stoull(given);
}

constexpr std::uint64_t kSchedulesToFind = 50;

TEST(FoldSimulation, KeepsItsPromises) {
    // Goal: in every schedule an answer's values follow from the arrivals up to the one it names,
    // and means are those of the reports that count, whatever is late, doubled or corrected and
    // however often the scorer dies.
    FoldPlayed all;
    for (std::uint64_t seed = 1; seed <= schedules(); ++seed) {
        const FoldPlayed played = play_fold_schedule(seed);
        ASSERT_FALSE(played.fault) << "seed " << seed << ": " << *played.fault;
        all.answers += played.answers;
        all.kills += played.kills;
        all.corrections += played.corrections;
        all.late += played.late;
    }
    EXPECT_GT(all.answers, 5 * schedules());
    EXPECT_GT(all.kills, schedules());
    EXPECT_GT(all.corrections, schedules());
    EXPECT_GT(all.late, schedules() / 10);
}

class PlantedInFold : public testing::TestWithParam<std::size_t> {};

INSTANTIATE_TEST_SUITE_P(
    Each,
    PlantedInFold,
    testing::Range(
        static_cast<std::size_t>(PlantedBug::fold_counts_repeats),
        static_cast<std::size_t>(PlantedBug::count)
    ),
    [](const auto& bug) { return std::string(base::kPlantedBugs[bug.param].name); }
);

TEST_P(PlantedInFold, IsFound) {
    // Goal: the simulation can fail: some schedule finds each mistake.
    const base::Planted planted(base::kPlantedBugs[GetParam()].bug);
    for (std::uint64_t seed = 1; seed <= kSchedulesToFind; ++seed) {
        if (!play_fold_schedule(seed).fault) continue;
        RecordProperty("seed", static_cast<int>(seed));
        return;
    }
    FAIL() << "no schedule up to " << kSchedulesToFind << " finds that "
           << base::kPlantedBugs[GetParam()].mistake;
}

}  // namespace
}  // namespace flightcast::scoring
