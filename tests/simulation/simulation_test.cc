// SPDX-License-Identifier: Apache-2.0
#include "simulation.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace flightcast::simulation {
namespace {

constexpr std::uint64_t kSchedules = 1'000;

// Where the seeds begin: FLIGHTCAST_SEED plays other schedules than the usual ones.
std::uint64_t first_seed() {
    const char* seed = std::getenv("FLIGHTCAST_SEED");
    return seed == nullptr ? 1 : std::strtoull(seed, nullptr, 10);
}

// Goal: in a thousand schedules nothing accepted is lost, doubled or misdelivered, and the
// schedules do contain what could do that.
TEST(Simulation, LosesDoublesAndMisdeliversNothing) {
    Report total;
    for (std::uint64_t seed = first_seed(); seed < first_seed() + kSchedules; ++seed) {
        const Report report = simulate(seed);
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

class SimulatedBug : public testing::TestWithParam<Bug> {};

// Goal: the simulation would notice: each of three mistakes shows up within a hundred schedules.
TEST_P(SimulatedBug, IsCaught) {
    std::size_t faults = 0;
    for (std::uint64_t seed = first_seed(); seed < first_seed() + 100; ++seed) {
        faults += simulate(seed, GetParam()).faults.size();
    }
    EXPECT_GT(faults, 0U);
}

INSTANTIATE_TEST_SUITE_P(
    Bugs,
    SimulatedBug,
    testing::Values(Bug::positions_before_outputs, Bug::last_outcome_wins, Bug::client_ids_reused)
);

}  // namespace
}  // namespace flightcast::simulation
