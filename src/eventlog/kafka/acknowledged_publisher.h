// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "eventlog/kafka/committer.h"
#include "eventlog/kafka/log_parts.h"
#include "eventlog/kafka/publisher.h"
#include "eventlog/kafka/wake_slot.h"

namespace flightcast::eventlog::kafka {

// At least once: a publish is complete when its outputs are acknowledged, and its positions are
// committed after that. A crash in between repeats work.
//
// Thread-safety: as Publisher.
class AcknowledgedPublisher final : public Publisher {
  public:
    // REQUIRES: `consumer` outlives the publisher.
    AcknowledgedPublisher(
        const LogParts& parts,
        rd_kafka_t& consumer,
        std::shared_ptr<Progress> progress,
        std::weak_ptr<WakeSlot> slot
    );
    ~AcknowledgedPublisher() override { committer_->close(); }

    base::Result<void> publish(std::vector<NewRecord> outputs, Publish publish) override;
    bool settle() override;
    void finish() override;
    void committed(rd_kafka_resp_err_t code, const std::vector<Position>& positions) override {
        committer_->committed(code, positions);
    }

  private:
    // The producer for a publish of so many records.
    base::Result<Producer*> producer_for(std::size_t records);

    Producer& producer_;
    BulkProducer& bulk_producer_;
    Producer* bulk_ = nullptr;  // from the first output on
    const std::shared_ptr<Progress> progress_;
    const std::weak_ptr<WakeSlot> slot_;
    const std::shared_ptr<Committer> committer_;
};

}  // namespace flightcast::eventlog::kafka
