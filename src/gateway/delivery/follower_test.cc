// SPDX-License-Identifier: Apache-2.0
#include "gateway/delivery/follower.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "eventlog/local/local_log.h"
#include "eventlog/memory/memory_storage.h"

namespace flightcast::gateway::delivery {
namespace {

using eventlog::Offset;
using eventlog::Position;
using std::chrono::milliseconds;

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
        std::vector<eventlog::NewRecord> one(1);
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

    // Where a gateway begins that wants what came in the last half minute.
    [[nodiscard]] std::vector<Position> start(const std::string& group) const {
        const auto oldest =
            std::chrono::floor<milliseconds>(clock_.wall_now()) - std::chrono::seconds(30);
        return replay_start(log_->admin(), {"r"}, group, oldest).value();
    }

    const eventlog::TopicPartition at_{"r", eventlog::PartitionId(0)};
    base::ManualClock clock_;
    eventlog::memory::MemoryStorage storage_;
    std::unique_ptr<eventlog::local::LocalLog> log_ =
        eventlog::local::LocalLog::open(storage_, clock_).value();
    std::unique_ptr<eventlog::Writer> writer_ = log_->open_writer().value();
};

// Goal: what the archiver has not copied yet is read again, however old it is.
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

}  // namespace
}  // namespace flightcast::gateway::delivery
