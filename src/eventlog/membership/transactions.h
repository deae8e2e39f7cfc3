// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "eventlog/membership/port.h"
#include "eventlog/membership/publisher.h"

namespace flightcast::eventlog::membership {

// Exactly once: outputs and positions in one transaction. While one is committed, later publishes
// meanwhile gathers and goes into the next.
//
// A client whose transaction timed out, or that was fenced or lost count with a broker, is followed
// by a new one under the same id, which first ends the old one's transaction. Whether somebody else
// has this instance's name is not asked of it: the group knows, and stops the older holder.
//
// Thread-safety: as Publisher; step() has a thread of its own.
class Transactions final : public Publisher {
  public:
    // `wake` is called when step() has something to do, by any thread. REQUIRES: `port` and
    // `standing` outlive it.
    Transactions(
        TransactionPort& port, Standing& standing, Outputs outputs, std::function<void()> wake
    );
    // REQUIRES: step() is not called any more. Queued publishes are completed with Errc::closed.
    ~Transactions() override;

    base::Result<void> publish(std::vector<NewRecord> outputs, Publish publish) override;
    [[nodiscard]] bool commits_positions() const override { return true; }
    void prepare() override;
    void stop() override;

    // Does the queued work; false when there was none.
    bool step();

  private:
    struct Batch {
        std::vector<NewRecord> outputs;
        Publish publish;
    };
    using Call = std::function<StepResult()>;

    bool open();
    base::Result<void> work(std::vector<Batch>& batches);
    StepResult transact(
        std::vector<NewRecord>& outputs, const std::vector<Claim>& claims, bool one_by_one
    );
    StepResult attempt(const Call& call);
    void give_up();
    bool replace(NewRecord& record, const base::Error& cause);

    TransactionPort& port_;
    Standing& standing_;
    const std::shared_ptr<Progress> progress_;
    const SetAside set_aside_;
    const std::function<void(bool)> completed_;
    const std::function<void()> wake_;
    std::atomic<bool> stopping_ = false;

    // Of step().
    bool is_open_ = false;
    bool was_fenced_ = false;
    int losses_ = 0;  // of clients, in a row

    std::mutex mutex_;
    bool is_wanted_ = false;           // guarded by mutex_: a client is to be opened
    std::vector<Batch> waiting_;       // guarded by mutex_
    std::size_t waiting_records_ = 0;  // guarded by mutex_
};

}  // namespace flightcast::eventlog::membership
