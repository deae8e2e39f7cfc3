// SPDX-License-Identifier: Apache-2.0
//
// Everything at once, as chance will have it: deaths, hangs, restarts, joins, lost answers, refused
// steps. What must hold holds at the end of every run.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

#include "eventlog/kafka_model/world_testing.h"

namespace flightcast::eventlog::kafka_model {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kRuns = 60;

std::size_t alive(const World& world) {
    return static_cast<std::size_t>(std::ranges::count_if(world.workers, [](const auto& worker) {
        return !worker->is_ended();
    }));
}

void do_something(World& world) {
    auto& random = world.cluster.random();
    const std::string name = "s" + std::to_string(random.below(3));
    Worker& some = *world.workers[random.below(world.workers.size())];
    switch (random.below(7)) {
        case 0:
            if (!some.is_ended()) some.kill();
            break;
        case 1:
            if (!some.is_ended()) some.stop();
            break;
        case 2:
            if (!some.is_ended()) some.freeze(true);
            break;
        case 3:
            if (!some.is_ended()) some.freeze(false);
            break;
        default:
            if (alive(world) < 4) world.start(name);
    }
}

void run_chaos(std::uint64_t seed, bool exactly_once) {
    World world(seed, {.exactly_once = exactly_once});
    world.start("s0");
    world.cluster.faults = {.unanswered = 50, .lost_answers = 10, .retriable = 100};
    for (int i = 0; i < 25; ++i) {
        do_something(world);
        world.request(static_cast<int>(world.cluster.random().below(10)));
        const std::uint64_t most = world.cluster.random().below(10) == 0 ? 13'000 : 1'500;
        world.run(std::chrono::milliseconds(world.cluster.random().below(most)));
    }
    world.cluster.faults = {};
    for (const auto& worker : world.workers) {
        if (!worker->is_ended()) worker->freeze(false);
    }
    world.start("last");
    world.request(20);
    EXPECT_TRUE(world.run_until([&] { return world.unanswered() == 0; })) << "seed " << seed;
    EXPECT_TRUE(world.run_until([&] { return world.is_shared_out(); }, 20s)) << "seed " << seed;
    if (exactly_once) {
        EXPECT_EQ(world.doubled(), 0U) << "seed " << seed;
    }
    for (const auto& worker : world.workers) {
        if (!worker->is_ended()) {
            EXPECT_FALSE(worker->log().fatal_error()) << "seed " << seed;
        }
    }
}

// Goal: with transactions every request is answered exactly once, whatever happens.
TEST(Chaos, ExactlyOnce) {
    for (std::uint64_t seed = 1; seed <= kRuns; ++seed) run_chaos(seed, true);
}

// Goal: without them every request is answered.
TEST(Chaos, AtLeastOnce) {
    for (std::uint64_t seed = 1; seed <= kRuns; ++seed) run_chaos(seed, false);
}

}  // namespace
}  // namespace flightcast::eventlog::kafka_model
