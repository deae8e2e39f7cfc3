// SPDX-License-Identifier: Apache-2.0
#include "eventlog/kafka/progress.h"

#include <gtest/gtest.h>

#include <string>

namespace flightcast::eventlog::kafka {
namespace {

using base::Errc;
using base::fail;
using base::Result;
using Publish = std::shared_ptr<Progress::Publish>;

const TopicPartition kFirst{"in", PartitionId(0)};
const TopicPartition kSecond{"in", PartitionId(1)};

struct ProgressTest : testing::Test {
    Progress progress;
    std::string outcomes;  // one letter a completion: "ok", "failed", "closed", "fenced"

    void SetUp() override {
        progress.assigned({kFirst, kSecond});
        EXPECT_TRUE(progress.admit(kFirst, Offset(10)));
    }
    Publish begin(const TopicPartition& at, std::int64_t next) {
        auto begun = progress.begin({{at, Offset(next)}}, [this](const Result<void>& outcome) {
            outcomes += outcome                                ? "ok "
                        : outcome.error().code == Errc::closed ? "closed "
                        : outcome.error().code == Errc::fenced ? "fenced "
                                                               : "failed ";
        });
        EXPECT_TRUE(begun);
        return *begun;
    }
};

// Goal: publishes complete in their order, however their acknowledgements come.
TEST_F(ProgressTest, CompletesInOrder) {
    const Publish first = begin(kFirst, 11);
    const Publish second = begin(kFirst, 12);
    progress.complete(second, {});
    EXPECT_EQ(outcomes, "");
    EXPECT_TRUE(progress.take_uncommitted().empty());
    progress.complete(first, {});
    EXPECT_EQ(outcomes, "ok ok ");
    EXPECT_EQ(progress.uncommitted_records(), 2U);
    EXPECT_EQ(progress.take_uncommitted(), (std::vector<Position>{{kFirst, Offset(12)}}));
    EXPECT_TRUE(progress.take_uncommitted().empty());
    progress.commit_failed();
    EXPECT_EQ(progress.take_uncommitted(), (std::vector<Position>{{kFirst, Offset(12)}}));
}

// Goal: what follows a failed publish is not counted, or the failed one's records were skipped; a
// rewind leads back to it.
TEST_F(ProgressTest, NothingPassesAFailure) {
    const Publish first = begin(kFirst, 11);
    const Publish second = begin(kFirst, 12);
    const Publish third = begin(kFirst, 13);
    progress.complete(first, {});
    progress.complete(third, {});
    progress.complete(second, fail(Errc::timeout, ""));
    EXPECT_EQ(outcomes, "ok failed closed ");
    EXPECT_EQ(progress.begin({}, {}).error().code, Errc::closed);
    EXPECT_EQ(progress.rewind(), (std::vector<Position>{{kFirst, Offset(11)}}));
    EXPECT_TRUE(progress.begin({}, {}));
}

// Goal: an acknowledgement from before a rewind moves nothing: its records are being read again.
TEST_F(ProgressTest, ForgetsWhatWasBeforeARewind) {
    const Publish first = begin(kFirst, 11);
    const Publish second = begin(kFirst, 12);
    progress.complete(first, fail(Errc::timeout, ""));
    EXPECT_EQ(progress.rewind(), (std::vector<Position>{{kFirst, Offset(10)}}));
    progress.complete(second, {});
    EXPECT_TRUE(progress.take_uncommitted().empty());
    EXPECT_EQ(progress.rewind(), (std::vector<Position>{{kFirst, Offset(10)}}));
}

// Goal: a partition that is asked for is let go when what was published before is over, and not
// later publishes for others; nothing more is read from it.
TEST_F(ProgressTest, HoldsAPartitionUntilItsWorkIsOver) {
    const Publish before = begin(kFirst, 11);
    progress.hold({kFirst});
    EXPECT_FALSE(progress.held_are_settled());
    EXPECT_FALSE(progress.admit(kFirst, Offset(11)));
    EXPECT_EQ(progress.begin({{kFirst, Offset(12)}}, {}).error().code, Errc::fenced);
    const Publish after = begin(kSecond, 1);
    progress.complete(before, {});
    EXPECT_TRUE(progress.held_are_settled());
    EXPECT_EQ(progress.take_uncommitted(), (std::vector<Position>{{kFirst, Offset(11)}}));
    progress.released({kFirst});
    progress.complete(after, {});
    EXPECT_EQ(outcomes, "ok ok ");
}

// Goal: whoever lost a partition while publishing for it is told, and its position is not counted.
TEST_F(ProgressTest, FencesWhatWasLostMeanwhile) {
    const Publish lost = begin(kFirst, 11);
    progress.released({kFirst});
    progress.complete(lost, {});
    EXPECT_EQ(outcomes, "fenced ");
    EXPECT_TRUE(progress.take_uncommitted().empty());
    EXPECT_TRUE(progress.rewind().empty());
    // Given back, it begins anew.
    progress.assigned({kFirst});
    EXPECT_TRUE(progress.admit(kFirst, Offset(11)));
    EXPECT_EQ(progress.rewind(), (std::vector<Position>{{kFirst, Offset(11)}}));
}

// Goal: what could not be sent leaves no trace and holds nothing up.
TEST_F(ProgressTest, AbandonsWhatWasNotSent) {
    const Publish unsent = begin(kFirst, 11);
    const Publish next = begin(kFirst, 12);
    progress.abandon(unsent);
    progress.complete(next, {});
    EXPECT_EQ(outcomes, "ok ");
    EXPECT_EQ(progress.in_flight(), 0U);
}

}  // namespace
}  // namespace flightcast::eventlog::kafka
