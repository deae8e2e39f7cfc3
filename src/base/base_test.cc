// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "base/bounded_queue.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/recent_map.h"
#include "base/result.h"
#include "base/uuid.h"

namespace flightcast::base {
namespace {

// Goal: only the canonical form is an id, and it survives a round trip in lower case.
TEST(Uuid, ParsesTheCanonicalFormOnly) {
    const char* kText = "8E90da7e-63f5-45f9-8f3d-7d948120e5a2";
    ASSERT_TRUE(Uuid::parse(kText));
    EXPECT_EQ(Uuid::parse(kText)->to_string(), "8e90da7e-63f5-45f9-8f3d-7d948120e5a2");
    EXPECT_EQ(Uuid::parse(kText)->redacted(), "8e90da7e...");
    for (const char* bad :
         {"",
          "8e90da7e63f545f98f3d7d948120e5a2",
          "8e90da7e-63f5-45f9-8f3d-7d948120e5a",
          "8e90da7e-63f5-45f9-8f3d-7d948120e5a2 ",
          "8e90da7g-63f5-45f9-8f3d-7d948120e5a2",
          "8e90da7e+63f5-45f9-8f3d-7d948120e5a2",
          "{e90da7e-63f5-45f9-8f3d-7d948120e5a}"}) {
        EXPECT_FALSE(Uuid::parse(bad)) << bad;
    }
}

// Goal: random ids are of version 4, and ten thousand of them differ.
TEST(Uuid, RandomOnesAreVersionFourAndDiffer) {
    SystemRandom random;
    std::set<Uuid> seen;
    for (int i = 0; i < 10'000; ++i) {
        const Uuid id = Uuid::random(random);
        EXPECT_EQ(id.bytes[6] >> 4U, 4);
        EXPECT_EQ(id.bytes[8] >> 6U, 2);
        seen.insert(id);
    }
    EXPECT_EQ(seen.size(), 10'000U);
}

// Goal: one seed, one sequence; `below` stays below and reaches every value.
TEST(SeededRandom, RepeatsAndStaysInRange) {
    SeededRandom a(7);
    SeededRandom b(7);
    std::set<std::uint64_t> seen;
    for (int i = 0; i < 1'000; ++i) {
        EXPECT_EQ(a.next(), b.next());
        const std::uint64_t value = a.below(6);
        EXPECT_EQ(value, b.below(6));
        seen.insert(value);
    }
    EXPECT_EQ(seen, (std::set<std::uint64_t>{0, 1, 2, 3, 4, 5}));
}

// Goal: the queue refuses values beyond its bound and after close(), and keeps their order.
TEST(BoundedQueue, RefusesWhenFullAndWhenClosed) {
    BoundedQueue<int> queue(2);
    EXPECT_EQ(queue.push(1), PushOutcome::accepted);
    EXPECT_EQ(queue.push(2), PushOutcome::accepted);
    EXPECT_EQ(queue.push(3), PushOutcome::full);
    EXPECT_EQ(queue.take_all(), (std::deque<int>{1, 2}));
    EXPECT_TRUE(queue.take_all().empty());
    queue.close();
    EXPECT_EQ(queue.push(4), PushOutcome::closed);
    EXPECT_TRUE(queue.wait_all().empty());
}

// Goal: nothing is lost between a thread that pushes and one that takes.
TEST(BoundedQueue, HandsOverEverythingBetweenThreads) {
    BoundedQueue<int> queue(64);
    constexpr int kCount = 20'000;
    std::thread producer([&queue] {
        for (int i = 0; i < kCount;) {
            if (queue.push(int{i}) == PushOutcome::accepted) ++i;
        }
        queue.close();
    });
    int expected = 0;
    while (true) {
        const std::deque<int> batch = queue.wait_all();
        if (batch.empty()) break;
        for (const int value : batch) EXPECT_EQ(value, expected++);
    }
    producer.join();
    EXPECT_EQ(expected, kCount);
}

// Goal: the oldest key gives way, a key added again keeps its value, and one taken out is gone.
TEST(RecentMap, ForgetsTheOldest) {
    RecentMap<int, int> recent(2);
    recent.add(1, 10);
    recent.add(2, 20);
    recent.add(2, 21);
    recent.add(3, 30);
    EXPECT_FALSE(recent.contains(1));
    EXPECT_EQ(recent.take(2), 20);
    EXPECT_EQ(recent.take(2), std::nullopt);
    recent.add(4, 40);
    EXPECT_TRUE(recent.contains(3));
    EXPECT_TRUE(recent.contains(4));
}

Result<int> half(int value) {
    if (value % 2 != 0) return fail(Errc::invalid_argument, "an even number is needed");
    return value / 2;
}

Result<int> quarter(int value) {
    FC_TRY(const int first, half(value));
    FC_TRY(const int second, half(first));
    return second;
}

// Goal: FC_TRY passes values on and returns errors as they are.
TEST(Result, TryPassesValuesAndErrors) {
    EXPECT_EQ(quarter(8), 2);
    EXPECT_EQ(quarter(6).error(), (Error{Errc::invalid_argument, "an even number is needed"}));
    EXPECT_EQ(to_string(quarter(6).error()), "invalid_argument: an even number is needed");
}

}  // namespace
}  // namespace flightcast::base
