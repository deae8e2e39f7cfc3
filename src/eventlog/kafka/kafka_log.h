// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <optional>

#include "base/clock.h"
#include "base/result.h"
#include "eventlog/event_log.h"
#include "eventlog/kafka/client/kafka_options.h"

namespace flightcast::eventlog::kafka {

class Inspection;
class KafkaAdmin;

// A log in a Kafka cluster.
//
//     FC_TRY(auto log, KafkaLog::open({.brokers = "127.0.0.1:9092"}, clock));
//     while (!log->admin().topics()) wait();   // the error says for what
//
// A record is durable when all replicas in sync have it (acks=all, idempotent producer). Keys go to
// partitions as with Kafka's own clients. Readers see committed transactions only.
//
// Thread-safety: any thread may call any member.
class KafkaLog final : public EventLog {
  public:
    // Does not wait for a broker: until one answers, calls fail with Errc::unavailable or
    // Errc::timeout and say why. Errc::invalid_argument names a setting that is wrong.
    // REQUIRES: `clock` outlives the log, and the log what it opens.
    [[nodiscard]] static base::Result<std::unique_ptr<KafkaLog>> open(
        KafkaOptions options, const base::Clock& clock
    );
    ~KafkaLog() override;

    base::Result<std::unique_ptr<Writer>> open_writer() override;
    base::Result<std::unique_ptr<Reader>> open_reader(ReaderOptions options) override;
    // With exactly_once the instance must have a name.
    base::Result<std::unique_ptr<GroupReader>> join_group(GroupOptions options) override;
    [[nodiscard]] Admin& admin() override;
    [[nodiscard]] KafkaAdmin& kafka_admin();
    [[nodiscard]] Inspection& inspection();

    // Whether a broker answers within `patience`, and why none does.
    base::Result<void> reach(std::chrono::milliseconds patience) override;

    // The trouble is the last complaint of Kafka; none while a broker does what it is asked for.
    [[nodiscard]] Condition condition() const override;

  private:
    struct Parts;
    explicit KafkaLog(std::unique_ptr<Parts> parts);

    std::unique_ptr<Parts> parts_;
};

}  // namespace flightcast::eventlog::kafka
