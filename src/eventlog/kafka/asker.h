// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "eventlog/kafka/consumer/consumer.h"
#include "eventlog/kafka/shared/log_parts.h"
#include "eventlog/membership/port.h"

namespace flightcast::eventlog::kafka {

// The questions of one reader to the brokers.
//
// Thread-safety: as Questions.
class Asker final : public membership::Questions {
  public:
    // Without a group, `group` is empty. REQUIRES: `consumer` outlives it.
    Asker(const LogParts& parts, Consumer& consumer, std::string group)
        : parts_(parts), consumer_(consumer), group_(std::move(group)) {}

    base::Result<std::vector<membership::Committed>> committed(
        const std::vector<TopicPartition>& partitions
    ) override;
    base::Result<PartitionRange> range(const TopicPartition& at) override;
    base::Result<std::vector<Position>> offsets(
        const std::vector<TopicPartition>& partitions, const Start& where
    ) override;
    std::vector<membership::Probe> probe(const std::vector<Position>& places) override;
    base::Result<membership::GroupView> group() override;
    base::Result<std::vector<TopicPartition>> partitions(
        const std::vector<std::string>& topics
    ) override;
    std::string member_id() override { return consumer_.member_id(); }

  private:
    const LogParts parts_;
    Consumer& consumer_;
    const std::string group_;
};

}  // namespace flightcast::eventlog::kafka
