// SPDX-License-Identifier: Apache-2.0
#include "eventlog/kafka/committer.h"

#include <utility>
#include <vector>

#include "base/limits.h"
#include "eventlog/kafka/partition_lists.h"

namespace flightcast::eventlog::kafka {

using base::SteadyTime;

Committer::Committer(
    rd_kafka_t& consumer,
    Trouble& trouble,
    std::shared_ptr<Progress> progress,
    std::chrono::milliseconds interval
)
    : trouble_(trouble),
      progress_(std::move(progress)),
      interval_(interval),
      consumer_(&consumer) {}

// Progress has a lock of its own, below this one. Only hands the commit to librdkafka, which
// answers with a callback from the reader's poll.
void Committer::commit() {
    const std::vector<Position> positions = progress_->take_uncommitted();
    if (positions.empty()) return;
    const rd_kafka_resp_err_t code = rd_kafka_commit(consumer_, list_of(positions).get(), 1);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
        ++under_way_;
    } else {
        progress_->commit_failed(positions);
    }
}

SteadyTime Committer::run(SteadyTime now) {
    const std::lock_guard lock(mutex_);
    const std::size_t records = progress_->uncommitted_records();
    if (consumer_ == nullptr || records == 0) return SteadyTime::max();
    if (must_wait()) return now + interval_;
    if (now < not_before_ && records < base::limits::kKafkaUncommittedRecordsMax) {
        return not_before_;
    }
    not_before_ = now + interval_;
    commit();
    return SteadyTime::max();
}

void Committer::commit_now() {
    const std::lock_guard lock(mutex_);
    if (consumer_ != nullptr && !must_wait()) commit();
}

void Committer::committed(rd_kafka_resp_err_t code, const std::vector<Position>& positions) {
    {
        const std::lock_guard lock(mutex_);
        --under_way_;
    }
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
        progress_->committed(positions);
        return;
    }
    progress_->commit_failed(positions);
    // The group is just changing; the next try finds it settled, or the partitions gone.
    const bool is_passing = code == RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS ||
                            code == RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION;
    if (is_passing) return;
    trouble_.note(code, std::string("committing positions: ") + rd_kafka_err2str(code));
}

void Committer::close() {
    const std::lock_guard lock(mutex_);
    if (consumer_ == nullptr) return;
    commit();
    consumer_ = nullptr;
}

}  // namespace flightcast::eventlog::kafka
