// SPDX-License-Identifier: Apache-2.0
#include "eventlog/kafka/acknowledged_publisher.h"

#include <chrono>
#include <utility>

#include "base/limits.h"
#include "eventlog/kafka/group_wait.h"

namespace flightcast::eventlog::kafka {

using base::Result;

namespace {

using namespace std::chrono_literals;

constexpr auto kGroupPatience = 2s;

// Half of what is read at once: so many are a backlog, which can wait 5 ms to cost less.
constexpr std::size_t kBulkRecordsMin = base::limits::kPollRecordsMax / 2;

}  // namespace

AcknowledgedPublisher::AcknowledgedPublisher(
    const LogParts& parts,
    rd_kafka_t& consumer,
    std::shared_ptr<Progress> progress,
    std::weak_ptr<WakeSlot> slot
)
    : producer_(parts.producer),
      bulk_producer_(parts.bulk),
      progress_(std::move(progress)),
      slot_(std::move(slot)),
      committer_(
          std::make_shared<Committer>(
              consumer, parts.trouble, progress_, parts.options.commit_interval
          )
      ) {
    producer_.add_chore(committer_);
}

// The second producer is made with the first output: when there is a backlog, brokers may be in
// trouble, and a connection is better had than looked for.
Result<Producer*> AcknowledgedPublisher::producer_for(std::size_t records) {
    if (bulk_ == nullptr && records > 0) {
        FC_TRY(bulk_, bulk_producer_.get());
        bulk_->add_chore(committer_);  // It is due when completions come, and they come there, too.
    }
    return records < kBulkRecordsMin ? &producer_ : bulk_;
}

Result<void> AcknowledgedPublisher::publish(std::vector<NewRecord> outputs, Publish publish) {
    // The completion may come after the member has gone.
    const auto complete = [progress = progress_, slot = slot_, publish](Result<void> outcome) {
        const bool failed = !outcome;
        progress->complete(publish, std::move(outcome));
        if (!failed && !progress->is_reading) return;
        if (const auto reader = slot.lock()) reader->call();
    };
    FC_TRY(Producer* const producer, producer_for(outputs.size()));
    return producer->send(outputs, complete);
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
