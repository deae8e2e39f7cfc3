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
    progress.commit_failed({{kSecond, Offset(1)}, {kFirst, Offset(12)}});
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

// Goal: a partition is not let go before the position of what was published for it has arrived, and
// what other partitions have to commit does not matter.
TEST_F(ProgressTest, HoldsAPartitionUntilItsPositionHasArrived) {
    progress.complete(begin(kFirst, 11), {});
    progress.hold({kFirst});
    progress.complete(begin(kSecond, 1), {});
    EXPECT_TRUE(progress.held_are_settled());
    EXPECT_FALSE(progress.held_are_committed());
    const std::vector<Position> taken = progress.take_uncommitted();
    EXPECT_FALSE(progress.held_are_committed());
    progress.commit_failed(taken);
    EXPECT_FALSE(progress.held_are_committed());
    EXPECT_EQ(progress.take_uncommitted(), taken);
    progress.committed({taken.at(0)});
    EXPECT_TRUE(progress.held_are_committed());
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

// Goal: what was published for a partition that was lost and came back does not count: somebody
// else may have gone further meanwhile.
TEST_F(ProgressTest, FencesWhatIsFromAnEarlierTime) {
    const Publish before = begin(kFirst, 11);
    progress.released({kFirst});
    progress.assigned({kFirst});
    EXPECT_TRUE(progress.admit(kFirst, Offset(50)));
    EXPECT_FALSE(progress.is_current(*before));
    progress.complete(before, {});
    EXPECT_EQ(outcomes, "fenced ");
    EXPECT_TRUE(progress.take_uncommitted().empty());
    EXPECT_EQ(progress.rewind(), (std::vector<Position>{{kFirst, Offset(50)}}));
}

// Goal: a publish behind one that failed must not become durable, nor one from before a rewind: its
// records come again.
TEST_F(ProgressTest, KnowsWhatMayStillBecomeDurable) {
    const Publish first = begin(kFirst, 11);
    const Publish second = begin(kFirst, 12);
    EXPECT_TRUE(progress.is_current(*second));
    progress.complete(first, fail(Errc::timeout, ""));
    EXPECT_FALSE(progress.is_current(*second));
    progress.rewind();
    EXPECT_FALSE(progress.is_current(*second));
    EXPECT_TRUE(progress.is_current(*begin(kFirst, 11)));
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
