// SPDX-License-Identifier: Apache-2.0
//
// The real brokers that integration tests run on: those of './dev services up kafka', or any
// others.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "eventlog/conformance_testing.h"
#include "eventlog/kafka/kafka_log.h"

namespace flightcast::eventlog::kafka {

// The value of FLIGHTCAST_TEST_KAFKA; empty when there is no broker to test with.
[[nodiscard]] std::string live_brokers();

// Options for a test: rebalances take seconds rather than half a minute.
[[nodiscard]] KafkaOptions test_options();

// Tries until `condition` holds, for at most a minute.
[[nodiscard]] bool eventually(const std::function<bool()>& condition);

// A log on the live brokers whose topics and groups are the test's own.
class LiveFixture final : public LogFixture {
  public:
    explicit LiveFixture(KafkaOptions options = test_options());

    [[nodiscard]] EventLog& log() override { return *log_; }
    [[nodiscard]] KafkaLog& kafka() { return *log_; }
    [[nodiscard]] bool wait_for(const std::function<bool()>& condition) override {
        return eventually(condition);
    }
    [[nodiscard]] bool is_at_end(const Reader& reader) override;
    void reopen() override;
    [[nodiscard]] std::string name_of(const std::string& name) const override {
        return prefix_ + name;
    }

    // Another process, as far as Kafka can tell.
    [[nodiscard]] std::unique_ptr<KafkaLog> open_another(KafkaOptions options);

    void create(const std::string& topic, std::int32_t partitions = 1);
    [[nodiscard]] NewRecord record(
        const std::string& topic, const std::string& value, const std::string& key = "k"
    ) const;
    void append(const std::vector<NewRecord>& records);

  private:
    const KafkaOptions options_;
    const std::string prefix_;
    base::SystemClock clock_;
    std::unique_ptr<KafkaLog> log_;
};

}  // namespace flightcast::eventlog::kafka
