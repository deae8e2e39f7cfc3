// SPDX-License-Identifier: Apache-2.0
#include "simulation.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <tuple>

#include "base/planted_bug_testing.h"

namespace flightcast::simulation {
namespace {

constexpr std::uint64_t kSchedules = 1'000;

// Where the seeds begin: FLIGHTCAST_SEED plays other schedules than the usual ones.
std::uint64_t first_seed() {
    const char* seed = std::getenv("FLIGHTCAST_SEED");
    return seed == nullptr ? 1 : std::strtoull(seed, nullptr, 10);
}

class Simulation : public testing::TestWithParam<Shape> {};

// Goal: in a thousand schedules nothing accepted is lost, doubled or misdelivered, and the
// schedules do contain what could do that.
TEST_P(Simulation, LosesDoublesAndMisdeliversNothing) {
    Report total;
    for (std::uint64_t seed = first_seed(); seed < first_seed() + kSchedules; ++seed) {
        const Report report = simulate(seed, GetParam());
        for (const std::string& fault : report.faults)
            ADD_FAILURE() << "seed " << seed << ": " << fault;
        ASSERT_TRUE(report.faults.empty());
        total.accepted += report.accepted;
        total.delivered += report.delivered;
        total.crashes += report.crashes;
    }
    std::cout << total.accepted << " requests accepted, " << total.delivered << " deliveries, "
              << total.crashes << " crashes\n";
    EXPECT_GT(total.accepted, 10 * kSchedules);
    EXPECT_GT(total.delivered, 10 * kSchedules);
    EXPECT_GT(total.crashes, 2 * kSchedules);
}

INSTANTIATE_TEST_SUITE_P(Shapes, Simulation, testing::Values(Shape::embedded, Shape::distant));

class SimulatedBug : public testing::TestWithParam<std::tuple<Shape, Bug>> {};

// Goal: the simulation would notice: each of three mistakes shows up within a hundred schedules of
// each shape.
TEST_P(SimulatedBug, IsCaught) {
    const auto [shape, bug] = GetParam();
    std::size_t faults = 0;
    for (std::uint64_t seed = first_seed(); seed < first_seed() + 100; ++seed) {
        faults += simulate(seed, shape, bug).faults.size();
    }
    EXPECT_GT(faults, 0U);
}

INSTANTIATE_TEST_SUITE_P(
    Bugs,
    SimulatedBug,
    testing::Combine(
        testing::Values(Shape::embedded, Shape::distant),
        testing::Values(
            Bug::positions_before_outputs, Bug::last_outcome_wins, Bug::client_ids_reused
        )
    )
);

class PlantedBug : public testing::TestWithParam<std::tuple<Shape, base::PlantedBug>> {};

// Goal: the same of mistakes in the product itself.
TEST_P(PlantedBug, IsCaught) {
    const auto [shape, bug] = GetParam();
    const base::Planted planted(bug);
    std::size_t faults = 0;
    for (std::uint64_t seed = first_seed(); seed < first_seed() + 100 && faults == 0; ++seed) {
        faults += simulate(seed, shape).faults.size();
    }
    EXPECT_GT(faults, 0U);
}

INSTANTIATE_TEST_SUITE_P(
    Bugs,
    PlantedBug,
    testing::Combine(
        testing::Values(Shape::embedded, Shape::distant),
        testing::Values(
            base::PlantedBug::archive_errors_ignored, base::PlantedBug::last_outcome_wins
        )
    )
);

}  // namespace
}  // namespace flightcast::simulation
