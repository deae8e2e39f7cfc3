// SPDX-License-Identifier: Apache-2.0
#include "eventlog/replay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "eventlog/local/local_log.h"
#include "eventlog/memory/memory_storage.h"
#include "eventlog/positions.h"

namespace flightcast::eventlog {
namespace {

constexpr const char* kGroup = "archiver";

// A topic with three records, of which the last one is a minute younger.
class ReplayStart : public testing::Test {
  protected:
    ReplayStart() {
        EXPECT_TRUE(log_->admin().create_topic({.name = "r", .retention = {}}));
        clock_.advance(std::chrono::hours(1));
        append();
        append();
        clock_.advance(std::chrono::minutes(1));
        append();
    }

    void settle() const {
        while (log_->step()) {
        }
    }

    void append() const {
        std::vector<NewRecord> one(1);
        one[0] = {.topic = "r", .key = "k", .value = "v", .headers = {}};
        EXPECT_TRUE(writer_->append(std::move(one), {}));
        settle();
    }

    // As an archiver does that has copied everything before `next`.
    void archive_before(Offset next) const {
        const auto member =
            log_->join_group({.group = kGroup, .topics = {"r"}, .instance_id = "a"}).value();
        ASSERT_TRUE(member->publish({}, {{at_, next}}, {}));
        settle();
    }

    // Where a gateway begins that wants the records of the last half minute.
    [[nodiscard]] std::vector<Position> start(const std::string& group) const {
        return replay_start(log_->admin(), options(group), clock_.wall_now()).value();
    }

    [[nodiscard]] static ReplayOptions options(const std::string& group) {
        return {.topics = {"r"}, .behind_group = group, .window = std::chrono::seconds(30)};
    }

    const TopicPartition at_{"r", PartitionId(0)};
    base::ManualClock clock_;
    memory::MemoryStorage storage_;
    std::unique_ptr<local::LocalLog> log_ = local::LocalLog::open(storage_, clock_).value();
    std::unique_ptr<Writer> writer_ = log_->open_writer().value();
};

// Goal: records that the archiver has not copied yet are read again, however old they are.
TEST_F(ReplayStart, GoesBackToWhatIsNotArchived) {
    EXPECT_THAT(start(kGroup), testing::ElementsAre(Position{at_, Offset(0)}));
    archive_before(Offset(1));
    EXPECT_THAT(start(kGroup), testing::ElementsAre(Position{at_, Offset(1)}));
    archive_before(Offset(3));
    EXPECT_THAT(start(kGroup), testing::ElementsAre(Position{at_, Offset(2)}));
}

// Goal: where nobody archives only the window is read, and not all that the topic keeps.
TEST_F(ReplayStart, IsTheWindowWithoutAnArchiver) {
    EXPECT_THAT(start(""), testing::ElementsAre(Position{at_, Offset(2)}));
}

// Goal: a replay begins at its start and tells when it has caught up: after the last record that
// was there when it was opened, whatever comes later.
TEST_F(ReplayStart, TellsWhenItHasCaughtUp) {
    const Replay replay = open_replay(*log_, options(kGroup), clock_.wall_now()).value();
    EXPECT_THAT(replay.caught_up_at, testing::ElementsAre(Position{at_, Offset(3)}));
    append();
    EXPECT_EQ(replay.reader->poll(2)->size(), 2U);
    EXPECT_FALSE(has_reached(replay.reader->positions(), replay.caught_up_at));
    EXPECT_EQ(replay.reader->poll(1)->size(), 1U);
    EXPECT_TRUE(has_reached(replay.reader->positions(), replay.caught_up_at));
    EXPECT_EQ(replay.reader->poll(9)->size(), 1U);
}

// Goal: a missing topic is an error that names it.
TEST_F(ReplayStart, NamesAMissingTopic) {
    const auto replay = open_replay(*log_, {.topics = {"nowhere"}}, clock_.wall_now());
    ASSERT_FALSE(replay);
    EXPECT_EQ(replay.error().code, base::Errc::not_found);
    EXPECT_THAT(replay.error().detail, testing::HasSubstr("nowhere"));
}

}  // namespace
}  // namespace flightcast::eventlog
