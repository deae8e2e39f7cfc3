// SPDX-License-Identifier: Apache-2.0
//
// What every event log must do. An implementation's test makes a LogFixture and instantiates:
//
//     INSTANTIATE_TEST_SUITE_P(Memory, EventLogConformance, testing::Values(make_memory_fixture));
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "eventlog/event_log.h"

namespace flightcast::eventlog {

// One log under test.
class LogFixture {
  public:
    virtual ~LogFixture() = default;
    [[nodiscard]] virtual EventLog& log() = 0;

    // Lets everything that was queued complete, and readers see it.
    virtual void settle() = 0;

    // Closes the log in good order and opens it again: what was committed is there.
    // REQUIRES: the test holds no writer or reader.
    virtual void reopen() = 0;
};

using MakeLogFixture = std::function<std::unique_ptr<LogFixture>()>;

class EventLogConformance : public testing::TestWithParam<MakeLogFixture> {
  protected:
    void SetUp() override { fixture_ = GetParam()(); }
    [[nodiscard]] EventLog& log() { return fixture_->log(); }

    void create(const std::string& topic, std::int32_t partitions = 1);
    void append(std::vector<NewRecord> records);
    std::unique_ptr<Reader> read(const std::string& topic, Start start = FromBeginning{});
    std::unique_ptr<GroupReader> join(
        const std::string& group, const std::string& topic, const std::string& instance = "a"
    );
    // Publishes and lets it complete.
    base::Result<void> publish(
        GroupReader& member, std::vector<NewRecord> outputs, std::vector<Position> consumed
    );
    // Everything there is to read, as values in order.
    static std::vector<std::string> values(Reader& reader, std::size_t records_max = 100);
    static std::vector<Record> poll_all(Reader& reader);

    std::unique_ptr<LogFixture> fixture_;
};

}  // namespace flightcast::eventlog
