// SPDX-License-Identifier: Apache-2.0
#include "gateway/delivery/deliveries.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "flight/precedence.h"

namespace flightcast::gateway::delivery {
namespace {

using namespace std::chrono_literals;
using base::SteadyTime;
using base::Uuid;
using flight::OutcomeKind;

SharedOutcome outcome(const Uuid& id, OutcomeKind kind, std::string json = "{}") {
    return std::make_shared<const flight::Outcome>(flight::Outcome{id, kind, std::move(json)});
}

struct RecordingSink final : DeliverySink {
    std::vector<std::pair<ClientId, std::string>> delivered;
    std::vector<std::pair<ClientId, Uuid>> timeouts;
    std::vector<Uuid> look_ups;

    void deliver(ClientId client, const SharedOutcome& what) override {
        delivered.emplace_back(client, what->json);
    }
    void timed_out(ClientId client, const Uuid& id) override { timeouts.emplace_back(client, id); }
    void look_up(const Uuid& id) override { look_ups.push_back(id); }
};

struct DeliveriesTest : testing::Test {
    base::SeededRandom random{1};
    const Uuid id = Uuid::random(random);
    const ClientId a{1};
    const ClientId b{2};
    const SteadyTime start{1h};
    RecordingSink sink;
    Deliveries deliveries{sink, {}};
    using Delivered = std::vector<std::pair<ClientId, std::string>>;
};

// Goal: a client that joined gets the outcome once, whether it joined before or after it; others
// nothing.
TEST_F(DeliveriesTest, EarlyAndLateJoinsGetTheOutcomeOnce) {
    deliveries.join(a, id, start);
    deliveries.join(a, id, start);
    deliveries.arrived(outcome(id, OutcomeKind::prediction, "first"));
    EXPECT_EQ(sink.delivered, (Delivered{{a, "first"}}));
    deliveries.arrived(outcome(id, OutcomeKind::prediction, "second"));
    EXPECT_EQ(sink.delivered.size(), 1U);
    deliveries.join(b, id, start);
    EXPECT_EQ(sink.delivered, (Delivered{{a, "first"}, {b, "first"}}));
    EXPECT_EQ(deliveries.waiters(), 0U);
    EXPECT_EQ(deliveries.next_deadline(), std::nullopt);
}

// Goal: two tabs with one id both get it; one that left does not.
TEST_F(DeliveriesTest, ServesEveryClientThatStillWaits) {
    deliveries.join(a, id, start);
    deliveries.join(b, id, start);
    deliveries.join(ClientId{3}, id, start);
    deliveries.forget(b);
    deliveries.forget(b);
    deliveries.arrived(outcome(id, OutcomeKind::failure, "why"));
    EXPECT_EQ(sink.delivered, (Delivered{{a, "why"}, {ClientId{3}, "why"}}));
}

// Goal: the store is asked at the join and again after 1, 2, 4, 8, 16, 30, 30 s, until it knows.
TEST_F(DeliveriesTest, AsksTheStoreAgainAndAgain) {
    deliveries.join(a, id, start);
    EXPECT_EQ(sink.look_ups.size(), 1U);
    deliveries.found(id, nullptr);
    SteadyTime now = start;
    for (const auto pause : {1s, 2s, 4s, 8s, 16s, 30s, 30s}) {
        const std::size_t before = sink.look_ups.size();
        now += pause;
        deliveries.expire(now - 1us);
        EXPECT_EQ(sink.look_ups.size(), before);
        EXPECT_EQ(deliveries.next_deadline(), now);
        deliveries.expire(now);
        EXPECT_EQ(sink.look_ups.size(), before + 1);
    }
    deliveries.found(id, outcome(id, OutcomeKind::prediction, "stored"));
    EXPECT_EQ(sink.delivered, (Delivered{{a, "stored"}}));
    EXPECT_EQ(deliveries.next_deadline(), std::nullopt);
}

// Goal: for requests this gateway has just accepted, the store is spared at first, not for ever.
TEST_F(DeliveriesTest, SparesTheStoreForWhatWasJustAccepted) {
    deliveries.expect(id);
    deliveries.join(a, id, start);
    EXPECT_TRUE(sink.look_ups.empty());
    deliveries.expire(start + 1s);
    EXPECT_EQ(sink.look_ups.size(), 1U);
}

// Goal: due is what this gateway accepted and a client waits for, with or without a store; not what
// somebody only asks for, and not what came or was given up.
TEST_F(DeliveriesTest, KnowsWhatIsDue) {
    for (const bool has_store : {true, false}) {
        Deliveries here(sink, {.has_store = has_store});
        here.join(a, Uuid::random(random), start);
        here.expect(id);
        EXPECT_FALSE(here.has_due());
        here.join(b, id, start);
        EXPECT_TRUE(here.has_due());
        here.forget(b);
        EXPECT_FALSE(here.has_due());
        here.join(b, id, start);
        here.arrived(outcome(id, OutcomeKind::prediction));
        EXPECT_FALSE(here.has_due());
    }
}

// Goal: a store that does not have it yet says nothing about what is due: the log still brings it.
TEST_F(DeliveriesTest, WhatTheStoreLacksIsStillDue) {
    deliveries.expect(id);
    deliveries.join(a, id, start);
    deliveries.expire(start + 1s);
    EXPECT_EQ(sink.look_ups.size(), 1U);
    deliveries.found(id, nullptr);
    EXPECT_TRUE(deliveries.has_due());
    deliveries.found(id, outcome(id, OutcomeKind::prediction, "stored"));
    EXPECT_FALSE(deliveries.has_due());
}

// Goal: an outcome that came and fell out of the cache since is asked for at once.
TEST_F(DeliveriesTest, AsksAtOnceForWhatTheCacheHasLost) {
    Deliveries forgetful(sink, {.cache_bytes_max = 0});
    forgetful.expect(id);
    forgetful.arrived(outcome(id, OutcomeKind::prediction));
    forgetful.join(a, id, start);
    EXPECT_EQ(sink.look_ups.size(), 1U);
}

// Goal: a wait that takes too long ends with a word, and a later join still gets the outcome.
TEST_F(DeliveriesTest, ATimeoutEndsAWaitNotARequest) {
    Deliveries short_waits(sink, {.request_timeout = 500ms});
    short_waits.join(a, id, start);
    short_waits.expire(start + 499ms);
    EXPECT_TRUE(sink.timeouts.empty());
    short_waits.expire(start + 500ms);
    ASSERT_EQ(sink.timeouts.size(), 1U);
    EXPECT_EQ(sink.timeouts[0], std::pair(a, id));
    EXPECT_EQ(short_waits.waiters(), 0U);
    short_waits.arrived(outcome(id, OutcomeKind::prediction, "late"));
    EXPECT_TRUE(sink.delivered.empty());
    short_waits.join(a, id, start + 1s);
    EXPECT_EQ(sink.delivered, (Delivered{{a, "late"}}));
}

// Goal: the bounds on waits hold, per client and in all, and leaving makes room.
TEST_F(DeliveriesTest, RefusesMoreWaitsThanItsBounds) {
    Deliveries bounded(sink, {.waiters_max = 3, .waits_per_client_max = 2});
    EXPECT_EQ(bounded.join(a, Uuid::random(random), start), JoinOutcome::joined);
    EXPECT_EQ(bounded.join(a, Uuid::random(random), start), JoinOutcome::joined);
    EXPECT_EQ(bounded.join(a, Uuid::random(random), start), JoinOutcome::too_many);
    EXPECT_EQ(bounded.join(b, Uuid::random(random), start), JoinOutcome::joined);
    EXPECT_EQ(bounded.join(b, Uuid::random(random), start), JoinOutcome::too_many);
    bounded.forget(a);
    EXPECT_EQ(bounded.join(b, Uuid::random(random), start), JoinOutcome::joined);
    EXPECT_EQ(bounded.waiters(), 2U);
}

// Goal: the cache keeps the first prediction, prefers it to a failure, and stays within its bytes.
TEST(OutcomeCache, KeepsTheFirstWithinItsBound) {
    base::SeededRandom random(2);
    const Uuid id = Uuid::random(random);
    OutcomeCache cache(2'000);
    EXPECT_TRUE(cache.put(outcome(id, OutcomeKind::failure, "why")));
    EXPECT_TRUE(cache.put(outcome(id, OutcomeKind::prediction, "first")));
    EXPECT_FALSE(cache.put(outcome(id, OutcomeKind::prediction, "second")));
    EXPECT_FALSE(cache.put(outcome(id, OutcomeKind::failure, "why not")));
    EXPECT_EQ(cache.find(id)->json, "first");
    for (int i = 0; i < 100; ++i) {
        cache.put(outcome(Uuid::random(random), OutcomeKind::prediction, std::string(500, 'x')));
        EXPECT_LE(cache.bytes(), 2'000U);
    }
    EXPECT_EQ(cache.find(id), nullptr);
    EXPECT_GT(cache.size(), 0U);
}

// Goal: whatever comes in whatever order, the cache keeps the outcome that flight::fresh_one_wins
// leaves, and calls news what changed that.
TEST(OutcomeCache, KeepsToThePrecedence) {
    base::SeededRandom random(3);
    OutcomeCache cache(1'000'000);
    for (int round = 0; round < 100; ++round) {
        const Uuid id = Uuid::random(random);
        SharedOutcome expected;
        for (int i = 0; i < 5; ++i) {
            const auto kind = random.below(2) == 0 ? OutcomeKind::failure : OutcomeKind::prediction;
            const SharedOutcome fresh = outcome(id, kind, std::to_string(i));
            const bool is_news =
                !expected || flight::fresh_one_wins({.known = expected->kind, .fresh = kind});
            if (is_news) expected = fresh;
            EXPECT_EQ(cache.put(fresh), is_news);
            EXPECT_EQ(cache.find(id), expected);
        }
    }
}

}  // namespace
}  // namespace flightcast::gateway::delivery
