// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>
#include <vector>

#include "eventlog/event_log.h"
#include "eventlog/kafka/shared/log_parts.h"

namespace flightcast::eventlog::kafka {

// Thread-safety: any thread may call any member.
class KafkaWriter final : public Writer {
  public:
    explicit KafkaWriter(const LogParts& parts) : parts_(parts) {}

    base::Result<void> append(std::vector<NewRecord> records, Done done) override {
        for (const NewRecord& record : records) FC_TRY_VOID(check_record(parts_, record));
        return parts_.producer.send(
            records, [done = std::move(done)](std::vector<base::Result<void>> reports) mutable {
                for (base::Result<void>& report : reports) {
                    if (!report) return done(std::move(report));
                }
                done({});
            }
        );
    }

  private:
    const LogParts parts_;
};

}  // namespace flightcast::eventlog::kafka
