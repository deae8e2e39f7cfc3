// SPDX-License-Identifier: Apache-2.0
#include "store/conformance_testing.h"

#include <future>
#include <string>
#include <utility>

#include "base/random.h"
#include "flight/precedence.h"

namespace flightcast::store {

using flight::Outcome;
using flight::OutcomeKind;

std::optional<Outcome> StoreConformance::find(const base::Uuid& id) {
    using Found = base::Result<std::optional<StoredOutcome>>;
    std::promise<Found> promise;
    store().find(id, [&promise](Found found) { promise.set_value(std::move(found)); });
    Found found = promise.get_future().get();
    EXPECT_TRUE(found) << (found ? "" : found.error().detail);
    if (!found || !*found) return std::nullopt;
    return (*found)->outcome;
}

namespace {

Outcome prediction(const base::Uuid& id, const std::string& route) {
    return {
        .id = id,
        .kind = OutcomeKind::prediction,
        .json = R"({"Timestamp":"2025-12-30T14:07:40.123Z","Carrier":")"
                "\xc3\xa9"
                R"(","UUID":")" +
                id.to_string() + R"(","Route":")" + route + R"(","Prediction":2.0})"
    };
}

Outcome failure(const base::Uuid& id, const std::string& message = "no such day") {
    return {
        .id = id,
        .kind = OutcomeKind::failure,
        .json = R"({"UUID":")" + id.to_string() + R"(","Reason":"bad_date","Message":")" + message +
                R"(","Stage":"scorer","Topic":"t",)"
                R"("Partition":0,"Offset":1,"FailedAt":"2025-12-30T14:07:40.123001Z","Value":"{}"})"
    };
}

}  // namespace

// Goal: an outcome is found by its id, byte for byte, and is still there after a restart.
TEST_P(StoreConformance, FindsWhatWasPut) {
    base::SeededRandom random(1);
    const base::Uuid a = base::Uuid::random(random);
    const base::Uuid b = base::Uuid::random(random);
    const base::Uuid none = base::Uuid::random(random);
    EXPECT_EQ(find(a), std::nullopt);
    ASSERT_TRUE(store().put({prediction(a, "ATL-SFO"), failure(b)}));
    EXPECT_EQ(find(a), prediction(a, "ATL-SFO"));
    EXPECT_EQ(find(b), failure(b));
    EXPECT_EQ(find(none), std::nullopt);
    fixture_->reopen();
    EXPECT_EQ(find(a), prediction(a, "ATL-SFO"));
    EXPECT_EQ(store().count(), 2);
}

// Goal: the first outcome of a kind wins, within a call, across calls and across restarts.
TEST_P(StoreConformance, TheFirstWins) {
    base::SeededRandom random(2);
    const base::Uuid id = base::Uuid::random(random);
    ASSERT_TRUE(store().put({prediction(id, "first"), prediction(id, "second")}));
    ASSERT_TRUE(store().put({prediction(id, "third")}));
    fixture_->reopen();
    ASSERT_TRUE(store().put({prediction(id, "fourth")}));
    EXPECT_EQ(find(id), prediction(id, "first"));
    EXPECT_EQ(store().count(), 1);
}

// Goal: a request that is submitted again under its Idempotency-Key has the same id and another
// time, and still there is one outcome, the first.
TEST_P(StoreConformance, TheFirstWinsWheneverItComesAgain) {
    base::SeededRandom random(4);
    const base::Uuid id = base::Uuid::random(random);
    const base::Uuid other = base::Uuid::random(random);
    const auto again = [&id](const char* time, const char* route) {
        Outcome outcome = prediction(id, route);
        outcome.json.replace(outcome.json.find("2025-12-30T14:07:40"), 19, time);
        return outcome;
    };
    const Outcome first = again("2025-12-30T14:07:40", "first");
    ASSERT_TRUE(store().put({first}));
    ASSERT_TRUE(store().put({again("2025-12-30T14:07:41", "second"), prediction(other, "other")}));
    fixture_->reopen();
    ASSERT_TRUE(
        store().put({again("2025-12-29T14:07:40", "third"), again("2026-01-01T00:00:00", "x")})
    );
    EXPECT_EQ(find(id), first);
    EXPECT_EQ(find(other), prediction(other, "other"));
    EXPECT_EQ(store().count(), 2);
}

// Goal: a prediction beats a failure, in either order.
TEST_P(StoreConformance, APredictionBeatsAFailure) {
    base::SeededRandom random(3);
    const base::Uuid id = base::Uuid::random(random);
    ASSERT_TRUE(store().put({failure(id)}));
    EXPECT_EQ(find(id), failure(id));
    ASSERT_TRUE(store().put({prediction(id, "late")}));
    EXPECT_EQ(find(id), prediction(id, "late"));
    ASSERT_TRUE(store().put({failure(id)}));
    EXPECT_EQ(find(id), prediction(id, "late"));
}

// Goal: whatever comes in whatever order, in one call or in several, the outcome that is found is
// the one that flight::fresh_one_wins leaves.
TEST_P(StoreConformance, KeepsToThePrecedence) {
    base::SeededRandom random(4);
    for (int round = 0; round < 40; ++round) {
        const base::Uuid id = base::Uuid::random(random);
        std::optional<Outcome> expected;
        std::vector<Outcome> batch;
        for (int i = 0; i < 5; ++i) {
            Outcome fresh = random.below(2) == 0 ? failure(id, "try " + std::to_string(i))
                                                 : prediction(id, "A-" + std::to_string(i));
            if (!expected ||
                flight::fresh_one_wins({.known = expected->kind, .fresh = fresh.kind})) {
                expected = fresh;
            }
            batch.push_back(std::move(fresh));
            if (random.below(2) == 0) continue;
            ASSERT_TRUE(store().put(std::exchange(batch, {})));
            EXPECT_EQ(find(id), expected);
        }
        ASSERT_TRUE(store().put(batch));
        EXPECT_EQ(find(id), expected);
    }
}

// Goal: a store that is there says so; one that leaves retention to its owner removes what was
// stored before a time, in steps no larger than asked for, and another removes nothing here.
TEST_P(StoreConformance, TrimsWhatIsOld) {
    const auto reached = store().reach();
    EXPECT_TRUE(reached) << reached.error().detail;
    base::ManualClock* const clock = fixture_->clock();
    base::SeededRandom random(5);
    for (int i = 0; i < 5; ++i) {
        ASSERT_TRUE(store().put({prediction(base::Uuid::random(random), "A-B")}));
        if (clock != nullptr) clock->advance(std::chrono::hours(1));
    }
    if (clock == nullptr) {
        EXPECT_EQ(store().trim(base::WallTime::max(), 3), 0U);
        EXPECT_EQ(store().count(), 5);
        return;
    }
    const base::WallTime oldest = clock->wall_now() - std::chrono::minutes(90);
    EXPECT_EQ(store().trim(oldest, 3), 3U);
    EXPECT_EQ(store().trim(oldest, 3), 1U);
    EXPECT_EQ(store().trim(oldest, 3), 0U);
    EXPECT_EQ(store().count(), 1);
}

// Goal: nothing to put is no error.
TEST_P(StoreConformance, PutsNothing) {
    EXPECT_TRUE(store().put({}));
    EXPECT_EQ(store().count(), 0);
}

}  // namespace flightcast::store
