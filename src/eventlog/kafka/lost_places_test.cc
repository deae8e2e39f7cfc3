// SPDX-License-Identifier: Apache-2.0
#include "eventlog/kafka/lost_places.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/clock.h"

namespace flightcast::eventlog::kafka {
namespace {

struct LostPlacesTest : testing::Test {
    const TopicPartition at{"t", PartitionId(1)};
    const base::ManualClock clock;
    std::vector<std::string> told;
    Trouble trouble{
        "broker:9092", [this](NoticeLevel, const std::string& text) { told.push_back(text); }, clock
    };
    LostPlaces places{trouble, Offset(-2)};

    // A partition with these offsets.
    bool look(std::int64_t first, std::int64_t end) {
        return places.look([&](const TopicPartition& asked) {
            return PartitionRange{asked.partition, Offset(first), Offset(end)};
        });
    }
    [[nodiscard]] std::vector<Position> only(std::int64_t next) const {
        return {{at, Offset(next)}};
    }
};

// Goal: a group without a position begins at its start, and no broker is asked for that.
TEST_F(LostPlacesTest, BeginsWhereNothingWasCommitted) {
    places.lost(at, std::nullopt);
    EXPECT_EQ(places.found(), only(-2));
    EXPECT_TRUE(places.look([](const TopicPartition&) -> base::Result<PartitionRange> {
        ADD_FAILURE() << "nothing is to be asked";
        return base::fail(base::Errc::unavailable, "");
    }));
}

// Goal: behind what retention has removed it goes on at the oldest record, and that is told.
TEST_F(LostPlacesTest, GoesOnBehindRetention) {
    places.lost(at, Offset(5));
    EXPECT_TRUE(look(8, 20));
    EXPECT_EQ(places.found(), only(8));
    EXPECT_NE(told.back().find("offset 5"), std::string::npos) << told.back();
}

// Goal: a broker whose log ends too early is asked again until it has the place, and nothing is
// read again; the same while it does not answer.
TEST_F(LostPlacesTest, WaitsForABrokerThatIsBehind) {
    places.lost(at, Offset(636));
    EXPECT_FALSE(look(0, 600));
    EXPECT_FALSE(places.look([](const TopicPartition&) -> base::Result<PartitionRange> {
        return base::fail(base::Errc::timeout, "no answer");
    }));
    EXPECT_TRUE(places.found().empty());
    EXPECT_TRUE(look(0, 636));
    EXPECT_EQ(places.found(), only(636));
}

// Goal: a log that was cut off does not stop its reader for ever: it is read from its beginning, so
// that nothing is left out.
TEST_F(LostPlacesTest, ReadsACutOffLogAgain) {
    places.lost(at, Offset(636));
    int looks = 0;
    while (!look(3, 600)) ASSERT_LT(++looks, 1'000);
    EXPECT_EQ(places.found(), only(3));
    EXPECT_NE(told.back().find("cut off"), std::string::npos) << told.back();
}

// Goal: an answer about a place that somebody else decided meanwhile changes nothing.
TEST_F(LostPlacesTest, ForgetsWhatOthersDecide) {
    places.lost(at, Offset(5));
    EXPECT_TRUE(places.look([&](const TopicPartition& asked) {
        places.forget(asked);
        return PartitionRange{asked.partition, Offset(8), Offset(20)};
    }));
    EXPECT_TRUE(places.found().empty());
    places.lost(at, Offset(5));
    EXPECT_FALSE(places.look([&](const TopicPartition& asked) {
        places.lost(asked, Offset(7));
        return PartitionRange{asked.partition, Offset(8), Offset(20)};
    }));
}

}  // namespace
}  // namespace flightcast::eventlog::kafka
