// SPDX-License-Identifier: Apache-2.0
#include "eventlog/membership/progress.h"

#include <gtest/gtest.h>

#include <string>

namespace flightcast::eventlog::membership {
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
        progress.begin_reading(kFirst, Offset(10));
        progress.begin_reading(kSecond, Offset(0));
        hand_out(kFirst, 100);
        hand_out(kSecond, 100);
    }
    // Whether a record may be handed out.
    bool hand_out(const TopicPartition& at, std::int64_t offset) {
        std::vector<Record> records = {{.at = at, .offset = Offset(offset)}};
        progress.admit(records);
        return !records.empty();
    }
    static Claim claim(const TopicPartition& at, std::int64_t next) {
        return {{at, Offset(next)}, {}};
    }
    std::vector<Position> rewound() {
        const std::vector<Position> all = positions_of(progress.rewind());
        hand_out(kFirst, 100);
        hand_out(kSecond, 100);
        return all;
    }
    Publish begin(const TopicPartition& at, std::int64_t next) {
        auto begun = progress.begin({claim(at, next)}, [this](const Result<void>& outcome) {
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
    EXPECT_EQ(progress.take_uncommitted(), (std::vector<Claim>{claim(kFirst, 12)}));
    EXPECT_TRUE(progress.take_uncommitted().empty());
    progress.commit_failed();
    EXPECT_EQ(progress.take_uncommitted(), (std::vector<Claim>{claim(kFirst, 12)}));
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
    EXPECT_EQ(rewound(), (std::vector<Position>{{kFirst, Offset(11)}, {kSecond, Offset(0)}}));
    EXPECT_TRUE(progress.begin({}, {}));
}

// Goal: an acknowledgement from before a rewind moves nothing: its records are being read again.
TEST_F(ProgressTest, ForgetsWhatWasBeforeARewind) {
    const Publish first = begin(kFirst, 11);
    const Publish second = begin(kFirst, 12);
    progress.complete(first, fail(Errc::timeout, ""));
    EXPECT_EQ(rewound(), (std::vector<Position>{{kFirst, Offset(10)}, {kSecond, Offset(0)}}));
    progress.complete(second, {});
    EXPECT_TRUE(progress.take_uncommitted().empty());
    EXPECT_EQ(rewound(), (std::vector<Position>{{kFirst, Offset(10)}, {kSecond, Offset(0)}}));
}

// Goal: while the group takes partitions back, nothing more is read or published; they are let go
// when all publishes are over and their positions have arrived.
TEST_F(ProgressTest, HoldsUntilItsWorkIsOverAndItsPositionsHaveArrived) {
    const Publish before = begin(kFirst, 11);
    progress.hold();
    EXPECT_FALSE(progress.is_settled());
    EXPECT_FALSE(hand_out(kFirst, 101));
    EXPECT_EQ(progress.begin({claim(kFirst, 12)}, {}).error().code, Errc::fenced);
    progress.complete(before, {});
    EXPECT_TRUE(progress.is_settled());
    EXPECT_FALSE(progress.is_committed());
    const std::vector<Claim> taken = progress.take_uncommitted();
    EXPECT_EQ(taken, (std::vector<Claim>{claim(kFirst, 11)}));
    EXPECT_FALSE(progress.is_committed());
    progress.commit_failed();
    EXPECT_EQ(progress.take_uncommitted(), taken);
    progress.committed(positions_of(taken));
    EXPECT_TRUE(progress.is_committed());
    progress.clear();
    EXPECT_FALSE(progress.is_held());
    EXPECT_EQ(outcomes, "ok ");
}

// Goal: a member that lost its partitions while publishing is told, and its position is not
// counted; nor when they came back, for somebody else may have gone further meanwhile.
TEST_F(ProgressTest, FencesWhatWasLostMeanwhile) {
    for (const bool comes_back : {false, true}) {
        const Publish lost = begin(kFirst, 11);
        progress.clear();
        if (comes_back) progress.begin_reading(kFirst, Offset(50));
        EXPECT_FALSE(progress.is_current(*lost));
        progress.complete(lost, {});
        EXPECT_TRUE(progress.take_uncommitted().empty());
        if (comes_back) {
            EXPECT_EQ(progress.rewind()[0].position, (Position{kFirst, Offset(50)}));
        }
        progress.rewind();
        progress.begin_reading(kFirst, Offset(10));
        hand_out(kFirst, 100);
    }
    EXPECT_EQ(outcomes, "fenced fenced ");
}

// Goal: records polled in an earlier assignment cannot be published in a later one, though the
// partition is the same.
TEST_F(ProgressTest, FencesWhatWasPolledEarlier) {
    progress.begin_reading(kFirst, Offset(10));
    EXPECT_EQ(progress.begin({claim(kFirst, 11)}, {}).error().code, Errc::fenced);
    EXPECT_TRUE(hand_out(kFirst, 10));
    EXPECT_TRUE(progress.begin({claim(kFirst, 11)}, {}));
}

// Goal: reading that only goes on where it stopped voids nothing that is under way.
TEST_F(ProgressTest, GoesOnInTheSameLog) {
    const Publish publish = begin(kFirst, 11);
    progress.begin_reading(kFirst, Offset(101), true);
    EXPECT_TRUE(progress.is_current(*publish));
    EXPECT_FALSE(hand_out(kFirst, 100));
    EXPECT_TRUE(hand_out(kFirst, 101));
    progress.complete(publish, {});
    EXPECT_EQ(outcomes, "ok ");
    progress.stop_reading(kFirst);
    EXPECT_FALSE(hand_out(kFirst, 102));
}

// Goal: a publish behind one that failed must not become durable, nor one from before a rewind: its
// records come again.
TEST_F(ProgressTest, KnowsWhatMayStillBecomeDurable) {
    const Publish first = begin(kFirst, 11);
    const Publish second = begin(kFirst, 12);
    EXPECT_TRUE(progress.is_current(*second));
    progress.complete(first, fail(Errc::timeout, ""));
    EXPECT_FALSE(progress.is_current(*second));
    rewound();
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
    EXPECT_TRUE(progress.is_settled());
}

// Goal: the end of a log counts as read when it was seen, but skips no record: it may be told late,
// of an earlier reading. A new one forgets it.
TEST_F(ProgressTest, AnEndSkipsNothing) {
    const auto first = [this] { return progress.read_to().front().next.value(); };
    EXPECT_EQ(first(), 101);
    progress.see_end({kFirst, Offset(105)});
    EXPECT_EQ(first(), 105);
    EXPECT_TRUE(hand_out(kFirst, 101));
    EXPECT_EQ(progress.next().front().next, Offset(102));
    progress.rewind();
    EXPECT_EQ(first(), 10);
    progress.see_end({kFirst, Offset(105)});
    progress.begin_reading(kFirst, Offset(50), true);
    EXPECT_EQ(first(), 50);
}

}  // namespace
}  // namespace flightcast::eventlog::membership
