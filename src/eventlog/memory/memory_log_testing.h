// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "eventlog/local/local_log.h"
#include "eventlog/memory/memory_storage.h"

namespace flightcast::eventlog::memory {

// A log in memory whose work is done when the test says so; the base of tests of what uses a log.
struct MemoryLogTest : testing::Test {
    base::ManualClock clock;
    MemoryStorage storage;
    std::unique_ptr<local::LocalLog> log = local::LocalLog::open(storage, clock).value();

    void create(std::initializer_list<const char*> topics) const {
        for (const char* topic : topics) {
            ASSERT_TRUE(log->admin().create_topic({.name = topic, .retention = {}}));
        }
    }

    // Lets the log do all its work: records get onto it, and callbacks are called.
    void settle() const {
        while (log->step()) {
        }
    }

    // One record with the key "k", still on its way.
    void begin_append(const std::string& topic, const std::string& value) const {
        std::vector<NewRecord> one(1);
        one[0] = {.topic = topic, .key = "k", .value = value, .headers = {}};
        ASSERT_TRUE((*log->open_writer())->append(std::move(one), {}));
    }

    void append(const std::string& topic, const std::string& value) const {
        begin_append(topic, value);
        settle();
    }

    // The values of a topic of at most 1,000 records.
    [[nodiscard]] std::vector<std::string> values(const std::string& topic) const {
        const auto reader = log->open_reader({.topics = {topic}});
        std::vector<std::string> texts;
        const auto records = (*reader)->poll(1'000);
        for (const Record& record : *records) texts.push_back(*record.value);
        return texts;
    }

    // The only member of the group "g".
    [[nodiscard]] std::unique_ptr<GroupReader> join(std::vector<std::string> topics) const {
        return log->join_group({.group = "g", .topics = std::move(topics), .instance_id = "a"})
            .value();
    }
};

}  // namespace flightcast::eventlog::memory
