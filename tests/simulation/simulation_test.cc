// SPDX-License-Identifier: Apache-2.0
//
// The simulator itself. './dev simulate' plays many schedules, and so do the tests
// simulation_schedules and simulation_planted.
#include <gtest/gtest.h>

#include "base/planted_bug_testing.h"
#include "campaign.h"
#include "minimize.h"

namespace flightcast::simulation {
namespace {

class Simulation : public testing::TestWithParam<Shape> {};

// Goal: a seed is a schedule, and a schedule has one end: the same in every process. On the model
// of Kafka it is the same story, too; the look-ups of the embedded store have a thread of their
// own.
TEST_P(Simulation, RepeatsItself) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const Schedule schedule = draw_schedule(seed, GetParam());
        const Report first = play_apart(schedule, true);
        const Report second = play_apart(schedule, true);
        if (GetParam() == Shape::kafka) {
            EXPECT_EQ(first.story, second.story) << "seed " << seed;
        }
        EXPECT_EQ(first.faults, second.faults) << "seed " << seed;
        EXPECT_EQ(first.seen, second.seen) << "seed " << seed;
    }
}

// Goal: schedules keep all promises, and every kind of event takes place in them.
TEST_P(Simulation, KeepsAllPromises) {
    const Tally tally = run_campaign({.shape = GetParam(), .schedules = 300});
    for (const Failure& failure : tally.failures) {
        ADD_FAILURE() << "seed " << failure.seed << ": " << failure.faults.front();
    }
    EXPECT_GT(tally.accepted, 5 * tally.schedules);
    EXPECT_GT(tally.delivered, 5 * tally.schedules);
    for (std::size_t i = 0; i < kEventKinds; ++i) {
        const auto kind = static_cast<EventKind>(i);
        if (!occurs_in(kind, GetParam())) continue;
        EXPECT_TRUE(tally.seen.contains(std::string(name_of(kind)))) << name_of(kind);
    }
}

// Goal: a failing schedule is shortened to the events that matter.
TEST_P(Simulation, ShortensAFailure) {
    const base::Planted planted(base::PlantedBug::archive_errors_ignored);
    const Tally tally =
        run_campaign({.shape = GetParam(), .schedules = 200, .stops_at_failure = true});
    ASSERT_FALSE(tally.failures.empty());
    const auto fails = [](const Schedule& schedule) {
        return !play_apart(schedule).faults.empty();
    };
    const Schedule whole = draw_schedule(tally.failures.front().seed, GetParam());
    const Schedule shortest = minimize(whole, fails);
    EXPECT_TRUE(fails(shortest));
    EXPECT_LE(shortest.events.size(), 6U);
}

INSTANTIATE_TEST_SUITE_P(Shapes, Simulation, testing::Values(Shape::embedded, Shape::kafka));

}  // namespace
}  // namespace flightcast::simulation
