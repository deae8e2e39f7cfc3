// SPDX-License-Identifier: Apache-2.0
#include "eventlog/read_ahead.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <string>

#include "base/clock.h"
#include "eventlog/local/local_log.h"
#include "eventlog/memory/memory_storage.h"
#include "eventlog/positions.h"

namespace flightcast::eventlog {
namespace {

class ReadAheadTest : public testing::Test {
  protected:
    ReadAheadTest() { EXPECT_TRUE(log_->admin().create_topic({.name = "r", .retention = {}})); }

    void append(int count) {
        std::vector<NewRecord> records;
        for (int i = 0; i < count; ++i) {
            records.push_back({.topic = "r", .value = std::to_string(appended_++)});
        }
        EXPECT_TRUE(writer_->append(std::move(records), {}));
        while (log_->step()) {
        }
    }

    [[nodiscard]] Replay open() {
        Replay replay = open_replay(*log_, {.topics = {"r"}}, clock_.wall_now()).value();
        replay.reader = log_->open_reader({.topics = {"r"}}).value();
        return ReadAhead::wrap(std::move(replay), 7);
    }

    // Reads until so many records have come, and checks that they are those of the topic.
    void read(Reader& reader, int count, std::size_t records_max) {
        reader.on_ready([this] {
            const std::lock_guard lock(mutex_);
            is_ready_ = true;
            changed_.notify_all();
        });
        while (read_ < count) {
            const auto records = reader.poll(records_max);
            ASSERT_TRUE(records);
            ASSERT_LE(records->size(), records_max);
            for (const Record& record : *records) {
                ASSERT_EQ(record.value, std::to_string(read_++));
            }
            ASSERT_EQ(reader.positions().at(0).next, Offset(read_));
            if (!records->empty()) continue;
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [this] { return is_ready_; });
            is_ready_ = false;
        }
    }

    base::ManualClock clock_;
    memory::MemoryStorage storage_;
    std::unique_ptr<local::LocalLog> log_ = local::LocalLog::open(storage_, clock_).value();
    std::unique_ptr<Writer> writer_ = log_->open_writer().value();
    int appended_ = 0;
    int read_ = 0;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool is_ready_ = false;  // guarded by mutex_
};

// Goal: every record comes once and in order, whatever is asked for at once, first from the thread
// and then from the reader itself; positions are those of what was handed over.
TEST_F(ReadAheadTest, ReadsAsTheReaderItself) {
    append(500);
    const Replay replay = open();
    EXPECT_FALSE(has_reached(replay.reader->positions(), replay.caught_up_at));
    read(*replay.reader, 30, 3);
    read(*replay.reader, 500, 100);
    EXPECT_TRUE(has_reached(replay.reader->positions(), replay.caught_up_at));
    append(20);
    read(*replay.reader, 520, 6);
    EXPECT_TRUE(replay.reader->poll(5)->empty());
}

// Goal: it may end at any time, also while the thread waits for room or nothing was there.
TEST_F(ReadAheadTest, EndsAtAnyTime) {
    {
        const Replay empty = open();
    }
    append(1'000);
    {
        const Replay unread = open();
    }
    const Replay some = open();
    read(*some.reader, 10, 10);
}

}  // namespace
}  // namespace flightcast::eventlog
