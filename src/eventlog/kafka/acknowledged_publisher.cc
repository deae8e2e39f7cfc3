// SPDX-License-Identifier: Apache-2.0
#include "eventlog/kafka/acknowledged_publisher.h"

#include <chrono>
#include <utility>

#include "eventlog/kafka/group_wait.h"

namespace flightcast::eventlog::kafka {

using base::Result;

namespace {

using namespace std::chrono_literals;

constexpr auto kGroupPatience = 2s;

}  // namespace

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
        const bool failed = !outcome;
        progress->complete(publish, std::move(outcome));
        if (!failed && !progress->is_reading) return;
        if (const auto reader = slot.lock()) reader->call();
    };
    return producer_.send(outputs, complete);
}

void AcknowledgedPublisher::finish() {
    const auto is_all = [this] { return progress_->uncommitted_records() == 0; };
    await_group(*progress_, kGroupPatience, is_all);
    committer_->close();
}

bool AcknowledgedPublisher::settle() {
    if (progress_->held_are_committed()) return true;
    committer_->commit_now();
    return false;
}

}  // namespace flightcast::eventlog::kafka
