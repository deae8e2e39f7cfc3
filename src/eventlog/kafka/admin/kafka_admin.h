// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "eventlog/event_log.h"
#include "eventlog/kafka/admin/group_clients.h"
#include "eventlog/kafka/shared/log_parts.h"

namespace flightcast::eventlog::kafka {

// Kafka's knowledge of a topic beyond that of every log.
struct TopicDetails {
    std::int32_t replicas = 0;          // of each partition
    std::int32_t replicas_in_sync = 0;  // the fewest of any partition
    std::int32_t without_leader = 0;    // partitions that nobody can read or write now
};

// A broker, and the address under which it wants to be reached.
struct BrokerAddress {
    std::int32_t id = 0;
    std::string host;
    std::int32_t port = 0;
};

// The topics of a cluster and the positions of its groups.
//
// Thread-safety: any thread may call any member. Each waits for the brokers.
class KafkaAdmin final : public Admin {
  public:
    explicit KafkaAdmin(const LogParts& parts)
        : parts_(parts), clients_(parts.options, parts.trouble) {}

    base::Result<CreateOutcome> create_topic(const TopicSpec& spec) override {
        return create_topic(spec, parts_.options.replication);
    }
    // Without the retention where the user may not read the topic's settings.
    base::Result<TopicDescription> describe(const std::string& topic) override;
    base::Result<std::vector<PartitionRange>> ranges(const std::string& topic) override;
    base::Result<std::vector<std::string>> topics() override;
    base::Result<std::vector<Position>> committed(
        const std::string& group, const std::vector<std::string>& topics
    ) override;
    base::Result<std::vector<Position>> positions_at(
        const std::string& topic, RecordTime time
    ) override;
    [[nodiscard]] bool is_denied(const std::string& topic) const override {
        return parts_.directory.is_denied(topic);
    }

    // With so many replicas of each partition; -1: the brokers' default.
    base::Result<CreateOutcome> create_topic(const TopicSpec& spec, std::int16_t replication);

    base::Result<TopicDetails> details(const std::string& topic);

    // The brokers of the cluster, of which some may be away.
    base::Result<std::vector<BrokerAddress>> brokers(std::chrono::milliseconds patience);

    // Changes how long the topic keeps records; everything else stays as it is.
    // None: the brokers' default.
    base::Result<void> set_retention(
        const std::string& topic, std::optional<std::chrono::milliseconds> retention
    );

    // More partitions; Kafka refuses fewer. Keys may then go to other partitions than before.
    base::Result<void> set_partitions(const std::string& topic, std::int32_t partitions);

    // Moves a group none of whose members is there; partitions that are not named stay.
    base::Result<void> set_committed(const std::string& group, std::vector<Position> positions);

  private:
    using Configuration = std::map<std::string, std::string>;

    // The settings of the topic that differ from the brokers' defaults.
    base::Result<Configuration> configuration(const std::string& topic);
    base::Result<void> wait_until_known(const TopicSpec& spec);
    [[nodiscard]] std::shared_ptr<rd_kafka_t> client() const { return parts_.producer.client(); }
    [[nodiscard]] std::chrono::milliseconds patience() const { return parts_.options.call_timeout; }

    const LogParts parts_;
    GroupClients clients_;
};

}  // namespace flightcast::eventlog::kafka
