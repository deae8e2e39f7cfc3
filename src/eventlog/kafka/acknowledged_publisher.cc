// SPDX-License-Identifier: Apache-2.0
#include "eventlog/kafka/acknowledged_publisher.h"

#include <utility>

namespace flightcast::eventlog::kafka {

using base::Result;

AcknowledgedPublisher::AcknowledgedPublisher(
    const LogParts& parts,
    rd_kafka_t& consumer,
    std::shared_ptr<Progress> progress,
    std::weak_ptr<WakeSlot> slot
)
    : producer_(parts.producer),
      progress_(std::move(progress)),
      slot_(std::move(slot)),
      committer_(
          std::make_shared<Committer>(
              consumer, parts.trouble, progress_, parts.options.commit_interval
          )
      ) {
    producer_.add_chore(committer_);
}

Result<void> AcknowledgedPublisher::publish(std::vector<NewRecord> outputs, Publish publish) {
    // The completion may come after the member has gone.
    const auto complete = [progress = progress_, slot = slot_, publish](Result<void> outcome) {
        progress->complete(publish, std::move(outcome));
        if (!progress->is_reading) return;
        if (const auto reader = slot.lock()) reader->call();
    };
    return producer_.send(outputs, complete);
}

bool AcknowledgedPublisher::settle() {
    if (committer_->is_settled()) return true;
    committer_->commit_now();
    return false;
}

}  // namespace flightcast::eventlog::kafka
