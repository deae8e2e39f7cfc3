// SPDX-License-Identifier: Apache-2.0
#include "pipeline/held_records.h"

#include <gtest/gtest.h>

#include <string>

namespace flightcast::pipeline {
namespace {

using base::SteadyTime;
using eventlog::Offset;
using eventlog::PartitionId;
using eventlog::Record;
using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr std::size_t kMany = 100;

class HeldRecordsTest : public ::testing::Test {
  protected:
    static Record record(int partition, int offset) {
        return {
            .at = {"t", PartitionId(partition)},
            .offset = Offset(offset),
            .appended = {},
            .key = {},
            .value = {},
            .headers = {}
        };
    }

    void hold(int partition, int offset, milliseconds pause) {
        pause_ = pause;
        held_.add({record(partition, offset)}, now_);
    }

    // "partition:offset" of the records due now.
    std::string due(std::size_t records_max = kMany) {
        std::string text;
        for (const Record& record : held_.take_due(now_, records_max)) {
            text += std::to_string(record.at.partition.value()) + ":" +
                    std::to_string(record.offset.value()) + " ";
        }
        return text;
    }

    SteadyTime now_{std::chrono::hours(1)};
    milliseconds pause_{0};
    HeldRecords held_{{.hold_for = [this](const Record&) { return microseconds(pause_); }}};
};

// Goal: each record is due after its pause, none before, at most as many as are asked for.
TEST_F(HeldRecordsTest, AreDueAfterTheirPause) {
    hold(0, 0, milliseconds(0));
    hold(0, 1, milliseconds(0));
    hold(0, 2, milliseconds(400));
    hold(1, 0, milliseconds(500));
    EXPECT_EQ(held_.next_due(now_), now_);
    EXPECT_EQ(due(1), "0:0 ");
    EXPECT_EQ(due(), "0:1 ");
    EXPECT_EQ(held_.next_due(now_), now_ + milliseconds(400));
    now_ += milliseconds(399);
    EXPECT_EQ(due(), "");
    now_ += milliseconds(1);
    EXPECT_EQ(due(), "0:2 ");
    now_ += milliseconds(100);
    EXPECT_EQ(due(), "1:0 ");
    EXPECT_EQ(held_.size(), 0U);
    EXPECT_EQ(held_.next_due(now_), std::nullopt);
}

// Goal: within a partition the order stays, also where a later record would be due sooner.
TEST_F(HeldRecordsTest, KeepTheOrderOfAPartition) {
    hold(0, 0, milliseconds(500));
    hold(0, 1, milliseconds(0));
    EXPECT_EQ(due(), "");
    now_ += milliseconds(500);
    EXPECT_EQ(due(), "0:0 0:1 ");
}

// Goal: what went to another member is forgotten, what stays is kept, also where the reader's
// position went past records that it does not show.
TEST_F(HeldRecordsTest, ForgetWhatWentAway) {
    for (int partition = 0; partition < 4; ++partition) hold(partition, 7, milliseconds(0));
    held_.keep_only({
        {{"t", PartitionId(0)}, Offset(8)},
        {{"t", PartitionId(1)}, Offset(9)},
        {{"t", PartitionId(2)}, Offset(0)},  // came back, nothing read of it yet
    });
    EXPECT_EQ(held_.size(), 2U);
    EXPECT_EQ(due(), "0:7 1:7 ");
}

// Goal: a partition that came back is worked on from where it is read again, each record once.
TEST_F(HeldRecordsTest, TakeWhatIsReadAgainOnce) {
    for (const int offset : {3, 4, 2, 3}) hold(0, offset, milliseconds(0));
    EXPECT_EQ(held_.size(), 2U);
    EXPECT_EQ(due(), "0:2 0:3 ");
    hold(0, 5, milliseconds(0));
    held_.clear();
    EXPECT_EQ(held_.size(), 0U);
    EXPECT_EQ(held_.next_due(now_), std::nullopt);
}

}  // namespace
}  // namespace flightcast::pipeline
