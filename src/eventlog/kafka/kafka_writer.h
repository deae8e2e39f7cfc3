// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>
#include <vector>

#include "eventlog/event_log.h"
#include "eventlog/kafka/log_parts.h"

namespace flightcast::eventlog::kafka {

// Thread-safety: any thread may call any member.
class KafkaWriter final : public Writer {
  public:
    explicit KafkaWriter(const LogParts& parts) : parts_(parts) {}

    base::Result<void> append(std::vector<NewRecord> records, Done done) override {
        FC_TRY_VOID(check_records(parts_, records));
        return parts_.producer.send(records, std::move(done));
    }

  private:
    const LogParts parts_;
};

}  // namespace flightcast::eventlog::kafka
