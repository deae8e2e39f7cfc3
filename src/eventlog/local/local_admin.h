// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "eventlog/event_log.h"

namespace flightcast::eventlog::local {

class LocalLog;

// Topics and positions of a LocalLog.
//
// Thread-safety: any thread may call any member.
class LocalAdmin final : public Admin {
  public:
    explicit LocalAdmin(LocalLog& log) : log_(log) {}

    base::Result<CreateOutcome> create_topic(const TopicSpec& spec) override;
    base::Result<TopicDescription> describe(const std::string& topic) override;
    base::Result<std::vector<PartitionRange>> ranges(const std::string& topic) override;
    base::Result<std::vector<std::string>> topics() override;
    base::Result<std::vector<Position>> committed(
        const std::string& group, const std::vector<std::string>& topics
    ) override;
    base::Result<std::vector<Position>> positions_at(
        const std::string& topic, RecordTime time
    ) override;

  private:
    base::Result<Offset> first_at(
        const TopicPartition& at, const PartitionRange& range, RecordTime time
    );

    LocalLog& log_;
};

}  // namespace flightcast::eventlog::local
