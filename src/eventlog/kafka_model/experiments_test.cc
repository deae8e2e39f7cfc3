// SPDX-License-Identifier: Apache-2.0
//
// Faults of the former members on real brokers, each on many seeds.
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "eventlog/kafka_model/world_testing.h"

namespace flightcast::eventlog::kafka_model {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kSeeds = 20;
constexpr auto kSessionTimeout = 6s;  // Cluster::Options

struct Experiment : testing::TestWithParam<bool> {
    ModelLog::Options options{.exactly_once = GetParam()};
};

INSTANTIATE_TEST_SUITE_P(
    BothModes, Experiment, testing::Bool(), [](const testing::TestParamInfo<bool>& mode) {
        return mode.param ? "ExactlyOnce" : "AtLeastOnce";
    }
);

// Somebody's open transaction that holds positions of the group.
void hold_positions(World& world) {
    ASSERT_TRUE(world.cluster.begin("stranger", world.cluster.init_producer("stranger")));
    world.cluster.add_offsets("stranger", "g", world.cluster.group("g").offsets);
}

// What the member of this name said when it joined.
JoinRequest first_of(World& world, const std::string& name) {
    for (const auto& [id, member] : world.cluster.group("g").members) {
        if (member.said.instance == name) return member.said;
    }
    ADD_FAILURE() << "no member " << name;
    return {};
}

// Goal: while a transaction holds positions of the group, no member begins from anywhere else:
// requests answered long ago are not answered again, however many join.
TEST_P(Experiment, JoinsWhileAnotherTransactionIsOpenRepeatNothing) {
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
        World world(seed, options);
        Worker& first = world.start("s1");
        world.request(60);
        ASSERT_TRUE(world.run_until([&] { return world.unanswered() == 0; })) << seed;
        world.run(1s);
        first.stop();
        ASSERT_EQ(world.doubled(), 0U) << seed;
        hold_positions(world);
        Worker& back = world.start("s1");
        for (const char* const name : {"s2", "s3", "s4"}) {
            world.run(std::chrono::milliseconds(world.cluster.random().below(2'000)));
            world.start(name);
        }
        world.run(3s);
        EXPECT_EQ(world.doubled(), 0U) << seed;
        EXPECT_FALSE(back.is_ready()) << seed;
        world.cluster.end_transaction("stranger", false);
        world.request(10);
        EXPECT_TRUE(world.run_until([&] { return world.unanswered() == 0; })) << seed;
        EXPECT_EQ(world.doubled(), 0U) << seed;
        world.run(5s);
        EXPECT_TRUE(back.is_ready()) << seed;
    }
}

// Goal: a member that dies at any moment of a change of members, and is back under its name at
// once, leaves nothing without an owner for longer than a session.
TEST_P(Experiment, ADeathInAHandOverOrphansNothing) {
    for (std::uint64_t seed = 0; seed < 3 * kSeeds; ++seed) {
        World world(seed, options);
        Worker& first = world.start("s1");
        world.request(4);
        ASSERT_TRUE(world.run_until([&] { return world.unanswered() == 0; })) << seed;
        world.start("s2");
        world.run(std::chrono::milliseconds(world.cluster.random().below(1'200)));
        world.request(20);
        first.kill();
        world.run(std::chrono::milliseconds(world.cluster.random().below(300)));
        world.start("s1");
        world.request(20);
        const auto time = world.run_until([&] { return world.unanswered() == 0; });
        ASSERT_TRUE(time) << seed;
        EXPECT_LE(*time, kSessionTimeout + 1s) << seed;
        EXPECT_TRUE(world.is_shared_out()) << seed;
        if (options.exactly_once) {
            EXPECT_EQ(world.doubled(), 0U) << seed;
        }
    }
}

// Goal: a member that must not work yet keeps its place for as long as that takes: others get their
// share at once, and it does its own when it may.
TEST_P(Experiment, AMemberThatMayNotWorkYetHoldsNobodyUp) {
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
        World world(seed, options);
        Worker& early = world.start("s1");
        early.set_may_work(false);
        world.run(1s);
        Worker& other = world.start("s2");
        world.request(40);
        const auto shared = world.run_until([&] { return other.partitions() == 2; }, 10s);
        ASSERT_TRUE(shared) << seed;
        EXPECT_LE(*shared, 1'500ms) << seed;
        world.run(30s);
        EXPECT_EQ(other.partitions(), 2U) << seed;
        EXPECT_GT(world.unanswered(), 0U) << seed;
        early.set_may_work(true);
        ASSERT_TRUE(world.run_until([&] { return world.unanswered() == 0; })) << seed;
        EXPECT_EQ(world.doubled(), 0U) << seed;
    }
}

// Goal: plain starts and joins cost nobody more than 1.5 s.
TEST_P(Experiment, StartsAndJoinsAreQuick) {
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
        World world(seed, options);
        world.start("s1");
        world.start("s2");
        world.request(10);
        const auto started = world.run_until([&] { return world.unanswered() == 0; });
        ASSERT_TRUE(started) << seed;
        EXPECT_LE(*started, 1'500ms) << seed;
        world.run(3s);
        world.start("s3");
        std::chrono::milliseconds longest{0};
        for (int i = 0; i < 60; ++i) {
            world.request(1);
            const auto waited = world.run_until([&] { return world.unanswered() == 0; });
            ASSERT_TRUE(waited) << seed;
            longest = std::max(longest, *waited);
            world.run(30ms);
        }
        EXPECT_LE(longest, 1'500ms) << seed;
        EXPECT_TRUE(world.is_shared_out()) << seed;
        EXPECT_EQ(world.doubled(), 0U) << seed;
    }
}

// Goal: an orderly stop leaves the group, costs the others at most 1.5 s, and repeats nothing.
TEST_P(Experiment, AnOrderlyStopIsQuick) {
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
        World world(seed, options);
        Worker& first = world.start("s1");
        world.start("s2");
        world.request(50);
        world.run(std::chrono::milliseconds(1'000 + world.cluster.random().below(1'000)));
        world.request(50);
        first.stop();
        EXPECT_EQ(world.cluster.group("g").members.size(), 1U) << seed;
        const auto time = world.run_until([&] { return world.unanswered() == 0; });
        ASSERT_TRUE(time) << seed;
        EXPECT_LE(*time, 1'500ms) << seed;
        EXPECT_EQ(world.doubled(), 0U) << seed;
    }
}

// Goal: a member that is stopped while its group changes waits for its turn, but no longer than the
// end of its process leaves time for.
TEST_P(Experiment, AnEndHasADeadline) {
    const auto stop_takes = [this](std::uint64_t seed, std::chrono::milliseconds left) {
        World world(seed, options);
        Worker& first = world.start("s1");
        Worker& dead = world.start("s2");
        world.run(2s);
        dead.freeze(true);  // Others wait for it until its session is over.
        world.start("s3");
        world.run(1s);
        const auto began = world.clock.steady_now();
        first.stop(began + left);
        return world.clock.steady_now() - began;
    };
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
        EXPECT_GT(stop_takes(seed, 60s), 3s) << seed;
        EXPECT_LT(stop_takes(seed, 1s), 2s) << seed;
        EXPECT_LT(stop_takes(seed, 0s), 1s) << seed;
    }
}

// Goal: a topic that is deleted, made again and refilled past the old positions at once is read
// from its beginning, while members run and when they come later.
TEST_P(Experiment, ATopicMadeAgainIsNoticedHoweverFastItIsRefilled) {
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
        World world(seed, options);
        Worker& first = world.start("s1");
        world.start("s2");
        world.request(200);
        ASSERT_TRUE(world.run_until([&] { return world.unanswered() == 0; })) << seed;
        const bool runs_meanwhile = seed % 2 == 0;
        if (!runs_meanwhile) {
            for (const auto& worker : world.workers) worker->stop();
        } else {
            world.run(std::chrono::milliseconds(world.cluster.random().below(3'000)));
        }
        world.cluster.remove("in");
        if (seed % 4 < 2) world.run(500ms);
        world.cluster.create("in", 4);
        world.forget_requests();
        world.request(400);
        if (!runs_meanwhile) world.start("s1");
        EXPECT_TRUE(world.run_until([&] { return world.unanswered() == 0; })) << seed;
        world.request(20);
        EXPECT_TRUE(world.run_until([&] { return world.unanswered() == 0; })) << seed;
        EXPECT_EQ(first.is_ended(), !runs_meanwhile);
    }
}

// Goal: so is a log that was cut short and written on.
TEST_P(Experiment, ALogCutShortIsNoticed) {
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
        World world(seed, options, 1);
        world.start("s1");
        world.request(50);
        ASSERT_TRUE(world.run_until([&] { return world.unanswered() == 0; })) << seed;
        world.workers.front()->stop();
        world.cluster.cut({"in", PartitionId(0)}, Offset(45));
        world.forget_requests();
        world.request(static_cast<int>(world.cluster.random().below(20)) + 1);
        world.start("s1");
        EXPECT_TRUE(world.run_until([&] { return world.unanswered() == 0; })) << seed;
    }
}

// Goal: where retention took what was not read yet, reading goes on with the oldest that is left.
TEST_P(Experiment, GoesOnBehindRetention) {
    World world(1, options, 1);
    world.start("s1");
    world.request(20);
    ASSERT_TRUE(world.run_until([&] { return world.unanswered() == 0; }));
    world.workers.front()->stop();
    world.request(20);
    world.cluster.trim({"in", PartitionId(0)}, Offset(30));
    world.start("s1");
    ASSERT_TRUE(world.run_until([&] { return world.unanswered() == 10; }));
    EXPECT_EQ(world.doubled(), 0U);
    world.request(5);
    EXPECT_TRUE(world.run_until([&] { return world.unanswered() == 10; }));
}

// Goal: partitions that are added are read, also where the group's leader came back under its name
// and the coordinator does not tell it that it leads.
TEST_P(Experiment, AddedPartitionsAreReadWhoeverLeads) {
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
        World world(seed, options, 2);
        world.start("s1");
        world.start("s2");
        world.request(10);
        ASSERT_TRUE(world.run_until([&] { return world.unanswered() == 0; })) << seed;
        if (seed % 2 == 0) {
            world.workers.front()->kill();
            world.start("s1");
            world.run(1s);
        }
        world.cluster.add_partitions("in", 6);
        world.request(60);
        const auto time = world.run_until([&] { return world.unanswered() == 0; });
        ASSERT_TRUE(time) << seed;
        EXPECT_LE(*time, 30s) << seed;
        EXPECT_TRUE(world.is_shared_out()) << seed;
        world.run(3s);
        for (const auto& worker : world.workers) {
            if (!worker->is_ended()) {
                EXPECT_TRUE(worker->is_ready()) << seed;
            }
        }
    }
}

// Goal: a member that hung for longer than its session and its transaction goes on: it does not
// end, and nothing is lost, nor doubled with transactions.
TEST_P(Experiment, AHangEndsNobody) {
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
        World world(seed, options);
        Worker& first = world.start("s1");
        if (seed % 2 == 0) world.start("s2");
        world.run(2s);
        world.request(40);
        world.run(std::chrono::milliseconds(world.cluster.random().below(30)));
        first.freeze(true);
        world.run(std::chrono::milliseconds(3'000 + world.cluster.random().below(12'000)));
        first.freeze(false);
        world.request(20);
        EXPECT_TRUE(world.run_until([&] { return world.unanswered() == 0; })) << seed;
        EXPECT_FALSE(first.is_ended()) << seed;
        EXPECT_FALSE(first.log().fatal_error()) << seed;
        if (options.exactly_once) {
            EXPECT_EQ(world.doubled(), 0U) << seed;
        }
    }
}

// Goal: rights that are taken away and given back end no member, and nothing is lost or doubled.
TEST_P(Experiment, RightsGivenBackAreUsedAgain) {
    World world(1, options);
    Worker& worker = world.start("s1");
    world.request(10);
    ASSERT_TRUE(world.run_until([&] { return world.unanswered() == 0; }));
    world.cluster.faults.denies_appends = true;
    world.request(20);
    world.run(60s);
    EXPECT_EQ(world.unanswered(), 20U);
    EXPECT_FALSE(worker.log().fatal_error());
    world.cluster.faults.denies_appends = false;
    EXPECT_TRUE(world.run_until([&] { return world.unanswered() == 0; }));
    EXPECT_EQ(world.doubled(), 0U);
    EXPECT_FALSE(worker.is_ended());
}

// Goal: of two with one name the older one ends, and everything is answered.
TEST_P(Experiment, OfTwoWithOneNameTheOlderEnds) {
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
        World world(seed, options);
        Worker& old = world.start("s1");
        world.request(10);
        ASSERT_TRUE(world.run_until([&] { return world.unanswered() == 0; })) << seed;
        Worker& fresh = world.start("s1");
        world.request(20);
        EXPECT_TRUE(world.run_until([&] { return world.unanswered() == 0; })) << seed;
        EXPECT_TRUE(world.run_until([&] { return old.is_ended(); }, 2 * kSessionTimeout)) << seed;
        world.run(3s);
        EXPECT_FALSE(fresh.is_ended()) << seed;
        if (options.exactly_once) {
            EXPECT_EQ(world.doubled(), 0U) << seed;
        }
    }
}

// Goal: a broker that hung may take a request to join that its client gave up for the latest one,
// again and again: the member joins anew under its name once the session of the member without a
// client is over, and nothing is lost, nor doubled with transactions.
TEST_P(Experiment, ARequestGivenUpEndsNobody) {
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
        World world(seed, options);
        world.cluster.faults = {.unanswered = 300, .stale_joins = 500};
        Worker& first = world.start("s1");
        world.start("s2");
        world.request(20);
        world.run(std::chrono::milliseconds(world.cluster.random().below(1'000)));
        world.cluster.join_belatedly("g", first_of(world, "s1"));
        world.request(20);
        world.cluster.faults = {};
        const auto time = world.run_until([&] { return world.unanswered() == 0; });
        ASSERT_TRUE(time) << seed;
        // The last answers may be there before the member joins anew; the one without a client
        // counts as an owner until its session is over.
        const auto shared = world.run_until([&] { return world.is_shared_out(); });
        ASSERT_TRUE(shared) << seed;
        EXPECT_LT(*time + *shared, kSessionTimeout + 5s) << seed;
        world.run(kSessionTimeout + 3s);
        EXPECT_FALSE(first.is_ended()) << seed;
        EXPECT_TRUE(world.is_shared_out()) << seed;
        if (options.exactly_once) {
            EXPECT_EQ(world.doubled(), 0U) << seed;
        }
    }
}

// Goal: of two processes with one name one is left, and stays: the later one, or, where the brokers
// took a request that the older one had given up for the latest, any of the two.
TEST_P(Experiment, OfTwoWithOneNameOneIsLeft) {
    for (std::uint64_t seed = 0; seed < 2 * kSeeds; ++seed) {
        World world(seed, options);
        const bool is_old_later = seed % 2 == 0;
        Worker& old = world.start("s1");
        world.request(10);
        ASSERT_TRUE(world.run_until([&] { return world.unanswered() == 0; })) << seed;
        const JoinRequest given_up = first_of(world, "s1");
        world.cluster.faults.unanswered = 300;
        Worker& fresh = world.start("s1");
        if (is_old_later) world.cluster.join_belatedly("g", given_up);
        world.request(20);
        EXPECT_TRUE(world.run_until([&] { return world.unanswered() == 0; })) << seed;
        world.run(4 * kSessionTimeout);
        EXPECT_NE(old.is_ended(), fresh.is_ended()) << seed;
        if (!is_old_later) {
            EXPECT_TRUE(old.is_ended()) << seed;
        }
        const std::string id = world.cluster.group("g").members.begin()->first;
        world.run(20s);
        EXPECT_EQ(world.cluster.group("g").members.begin()->first, id) << seed;
        EXPECT_TRUE(world.is_shared_out()) << seed;
        if (options.exactly_once) {
            EXPECT_EQ(world.doubled(), 0U) << seed;
        }
    }
}

// Goal: a record that its topic refuses for good holds up nothing else, and nothing else is
// published again for it.
TEST_P(Experiment, OneRefusedRecordDoublesNoOther) {
    World world(1, options, 1);
    world.start("s1");
    world.request(10);
    ASSERT_TRUE(world.run_until([&] { return world.unanswered() == 0; }));
    world.cluster.topics.at("out").bytes_max = 50;
    ASSERT_TRUE(
        world.cluster.append({.topic = "in", .key = "big", .value = std::string(100, 'x')})
    );
    world.request(5);
    world.run(20s);
    EXPECT_EQ(world.doubled(), 0U);
    EXPECT_TRUE(world.workers.front()->log().standing("refused records"));
    world.cluster.topics.at("out").bytes_max = 1'000;
    ASSERT_TRUE(world.run_until([&] { return world.answers().size() == 16; }));
    EXPECT_EQ(world.unanswered(), 0U);
    EXPECT_EQ(world.doubled(), 0U);
    EXPECT_FALSE(world.workers.front()->log().standing("refused records"));
}

// Goal: a member that meets another way of sharing partitions waits, says who must stop, and takes
// over when they have left; on the way back as well.
TEST_P(Experiment, WaitsForMembersOfTheFormerKind) {
    for (const bool is_way_back : {false, true}) {
        World world(1, options);
        ModelLog::Options other = options;
        other.protocol = "cooperative-sticky";
        auto old = std::make_unique<Worker>(world.cluster, "old", is_way_back ? options : other);
        const auto run_with_old = [&](std::chrono::milliseconds time) {
            for (auto left = time; left > 0ms; left -= 5ms) {
                world.run(5ms);
                old->step();
            }
        };
        run_with_old(1s);
        world.workers.push_back(
            std::make_unique<Worker>(world.cluster, "new", is_way_back ? other : options)
        );
        Worker& fresh = *world.workers.back();
        run_with_old(5s);
        EXPECT_EQ(old->partitions(), 4U);
        EXPECT_FALSE(fresh.is_ready());
        const auto said = fresh.log().standing("place in the group");
        ASSERT_TRUE(said);
        EXPECT_NE(said->find(" old"), std::string::npos) << *said;
        old->stop();
        world.request(10);
        const auto time = world.run_until([&] { return world.unanswered() == 0; });
        ASSERT_TRUE(time);
        EXPECT_LE(*time, 1'500ms);
        world.run(5s);
        EXPECT_TRUE(fresh.is_ready());
    }
}

}  // namespace
}  // namespace flightcast::eventlog::kafka_model
