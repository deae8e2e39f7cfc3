// SPDX-License-Identifier: Apache-2.0
//
// The duties of every event log. An implementation's test makes a LogFixture and instantiates:
//
//     INSTANTIATE_TEST_SUITE_P(Memory, EventLogConformance, testing::Values(make_memory_fixture));
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "eventlog/event_log.h"

namespace flightcast::eventlog {

// One log under test.
class LogFixture {
  public:
    virtual ~LogFixture() = default;
    [[nodiscard]] virtual EventLog& log() = 0;

    // Lets the log work until `condition` holds; false when it gives up. A log in this process does
    // all that is queued, a distant one is waited for.
    [[nodiscard]] virtual bool wait_for(const std::function<bool()>& condition) = 0;

    // Whether `reader`, whose last poll found nothing, has read all that there is.
    [[nodiscard]] virtual bool is_at_end(const Reader& reader) = 0;

    // Closes the log in good order and opens it again: committed records are there.
    // REQUIRES: the test holds no writer or reader.
    virtual void reopen() = 0;

    // The real name of a test's "t", in a log that it may share with other tests.
    [[nodiscard]] virtual std::string name_of(const std::string& name) const { return name; }
};

using MakeLogFixture = std::function<std::unique_ptr<LogFixture>()>;

class EventLogConformance : public testing::TestWithParam<MakeLogFixture> {
  protected:
    // A member of a group and the records that it has read so far.
    struct Member {
        std::unique_ptr<GroupReader> reader;
        std::vector<Record> read{};
    };

    void SetUp() override;
    [[nodiscard]] EventLog& log() { return fixture_->log(); }
    [[nodiscard]] std::string name(const std::string& short_name) const {
        return fixture_->name_of(short_name);
    }
    [[nodiscard]] TopicPartition first_of(const std::string& topic) const {
        return {name(topic), PartitionId(0)};
    }

    void create(const std::string& topic, std::int32_t partitions = 1);
    // Records of "key:value" each; without a colon the key is "k".
    void append(const std::string& topic, const std::vector<std::string>& records);
    void append(std::vector<NewRecord> records);
    [[nodiscard]] NewRecord record(const std::string& topic, std::string key, std::string value);
    std::unique_ptr<Reader> read(const std::string& topic, Start start = FromBeginning{});
    std::unique_ptr<GroupReader> join(
        const std::string& group, const std::string& topic, const std::string& instance = "a"
    );
    // Publishes and lets it complete.
    base::Result<void> publish(
        GroupReader& member, std::vector<NewRecord> outputs, std::vector<Position> consumed
    );
    // All records to read, until `records_max` or the end.
    std::vector<Record> poll_all(Reader& reader, std::size_t records_max = 1'000);
    // The same, as values.
    std::vector<std::string> values(Reader& reader, std::size_t records_max = 1'000);
    // Lets `members` share `partitions`: each gets some, all together have all.
    void share(std::initializer_list<Member*> members, std::size_t partitions);
    // The error that a poll gives, sooner or later.
    base::Errc poll_error(Reader& reader);

    std::unique_ptr<LogFixture> fixture_;
};

}  // namespace flightcast::eventlog
