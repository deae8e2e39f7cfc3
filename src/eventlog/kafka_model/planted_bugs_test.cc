// SPDX-License-Identifier: Apache-2.0
//
// Shows that the chaos on the model can fail: each mistake below, planted into the membership, is
// found out by some seed.
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>

#include "base/planted_bug_testing.h"
#include "eventlog/kafka_model/chaos_testing.h"
#include "eventlog/kafka_model/world_testing.h"

namespace flightcast::eventlog::kafka_model {
namespace {

using namespace std::chrono_literals;

using base::Planted;
using base::PlantedBug;

constexpr std::uint64_t kSeedsMax = 60;

struct Mistake {
    PlantedBug bug;
    bool exactly_once;
};

class PlantedMistake : public testing::TestWithParam<Mistake> {};

std::string name_of_mistake(const testing::TestParamInfo<Mistake>& info) {
    const auto row = static_cast<std::size_t>(info.param.bug);
    return std::string(base::kPlantedBugs[row].name);
}

INSTANTIATE_TEST_SUITE_P(
    Each,
    PlantedMistake,
    testing::Values(
        Mistake{PlantedBug::foreign_positions_trusted, true},
        Mistake{PlantedBug::unstable_positions_used, true},
        Mistake{PlantedBug::silence_means_no_position, true},
        Mistake{PlantedBug::transaction_without_positions, true},
        Mistake{PlantedBug::unknown_commit_repeated, true},
        Mistake{PlantedBug::fenced_member_publishes, true},
        Mistake{PlantedBug::failed_publish_counts, false},
        Mistake{PlantedBug::name_taken_back, false}
    ),
    name_of_mistake
);

std::optional<std::uint64_t> first_seed_that_fails(bool exactly_once) {
    for (std::uint64_t seed = 1; seed <= kSeedsMax; ++seed) {
        if (!run_chaos(seed, exactly_once).is_kept(exactly_once)) return seed;
    }
    return std::nullopt;
}

// Goal: some seed of those that the chaos runs finds each mistake.
TEST_P(PlantedMistake, IsFoundByTheChaos) {
    const Planted planted(GetParam().bug);
    const auto seed = first_seed_that_fails(GetParam().exactly_once);
    ASSERT_TRUE(seed) << "no seed up to " << kSeedsMax;
    RecordProperty("seed", static_cast<int>(*seed));
}

// Partitions are added while the coordinator takes a member that left for the leader.
bool finds_owners(std::uint64_t seed) {
    World world(seed, {}, 2);
    world.start("s1");
    world.start("s2");
    world.request(10);
    EXPECT_TRUE(world.run_until([&] { return world.unanswered() == 0; })) << seed;
    world.workers.front()->kill();
    world.start("s1");
    world.run(1s);
    world.cluster.add_partitions("in", 6);
    return world.run_until([&] { return world.is_shared_out(); }, 30s).has_value();
}

// Goal: partitions that are added meanwhile get owners.
TEST(Membership, FindsOwnersOfAddedPartitions) {
    EXPECT_TRUE(finds_owners(1));
}

}  // namespace
}  // namespace flightcast::eventlog::kafka_model
