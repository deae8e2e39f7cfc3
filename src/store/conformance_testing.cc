// SPDX-License-Identifier: Apache-2.0
#include "store/conformance_testing.h"

#include <future>
#include <string>
#include <utility>

#include "base/random.h"

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

Outcome failure(const base::Uuid& id) {
    return {
        .id = id,
        .kind = OutcomeKind::failure,
        .json = R"({"UUID":")" + id.to_string() +
                R"(","Reason":"bad_date","Message":"no such day","Stage":"scorer","Topic":"t",)"
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

// Goal: a prediction counts more than a failure, whichever came first.
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

// Goal: nothing to put is no error.
TEST_P(StoreConformance, PutsNothing) {
    EXPECT_TRUE(store().put({}));
    EXPECT_EQ(store().count(), 0);
}

}  // namespace flightcast::store
