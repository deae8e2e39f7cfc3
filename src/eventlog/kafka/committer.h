// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <vector>

#include "base/clock.h"
#include "eventlog/kafka/handles.h"
#include "eventlog/kafka/producer.h"
#include "eventlog/kafka/progress.h"
#include "eventlog/kafka/trouble.h"

namespace flightcast::eventlog::kafka {

// Commits a member's positions: the first acknowledged ones at once, those that follow soon after
// together. A commit for each batch would cost more than all else about a small one, and what a
// crash repeats for it is bounded.
//
// Thread-safety: any thread may call any member.
class Committer final : public Chore {
  public:
    // REQUIRES: `trouble` outlives the committer; `consumer` lives until close().
    Committer(
        rd_kafka_t& consumer,
        Trouble& trouble,
        std::shared_ptr<Progress> progress,
        std::chrono::milliseconds interval
    );

    base::SteadyTime run(base::SteadyTime now) override;

    // Commits what there is without waiting for its time, if that can be; the answer comes later.
    void commit_now();

    // The answer to a commit of `positions`.
    void committed(rd_kafka_resp_err_t code, const std::vector<Position>& positions);

    // Commits a last time. The consumer is not used any more when this returns.
    void close();

  private:
    // REQUIRES: mutex_ is held
    [[nodiscard]] bool must_wait() const { return under_way_ > 0 || progress_->is_joining; }
    void commit();

    Trouble& trouble_;
    const std::shared_ptr<Progress> progress_;
    const std::chrono::milliseconds interval_;

    std::mutex mutex_;
    rd_kafka_t* consumer_;           // guarded by mutex_; null when closed
    int under_way_ = 0;              // guarded by mutex_: commits without answer
    base::SteadyTime not_before_{};  // guarded by mutex_: when to commit again
};

}  // namespace flightcast::eventlog::kafka
