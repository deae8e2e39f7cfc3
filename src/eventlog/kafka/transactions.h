// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"
#include "eventlog/kafka/client.h"
#include "eventlog/kafka/log_parts.h"
#include "eventlog/kafka/publisher.h"
#include "eventlog/kafka/wake_slot.h"

namespace flightcast::eventlog::kafka {

// Exactly once: outputs and positions in one transaction, with a producer and a thread of its own,
// since every step of a transaction waits for brokers. While one is committed, what is published
// meanwhile gathers and goes into the next.
//
// Thread-safety: as Publisher.
class Transactions final : public Publisher, private ClientEvents {
  public:
    // Its first step is to fence whoever used `id` before. REQUIRES: `consumer` outlives it.
    [[nodiscard]] static base::Result<std::unique_ptr<Transactions>> open(
        const LogParts& parts,
        const std::string& id,
        rd_kafka_t& consumer,
        std::shared_ptr<Progress> progress,
        std::weak_ptr<WakeSlot> slot
    );
    Transactions(
        const LogParts& parts,
        rd_kafka_t& consumer,
        std::shared_ptr<Progress> progress,
        std::weak_ptr<WakeSlot> slot
    );
    // What is queued and not begun is completed with Errc::closed.
    ~Transactions() override { finish(); }

    base::Result<void> publish(std::vector<NewRecord> outputs, Publish publish) override;
    bool settle() override { return true; }
    void finish() override;
    void committed(rd_kafka_resp_err_t /*code*/, const std::vector<Position>&) override {}

  private:
    using ClientEvents::committed;  // Not what is heard here: that is of the other base.

    struct Batch {
        std::vector<NewRecord> outputs;
        Publish publish;
    };
    using Call = std::function<rd_kafka_error_t*()>;

    void run();
    bool begin_to_exist();
    [[nodiscard]] bool will_not_join() const;
    void work(const std::vector<Batch>& batches);
    base::Result<void> publish_now(const std::vector<Batch>& batches);
    base::Result<void> transact(
        const std::vector<Batch>& batches,
        const std::vector<Position>& positions,
        const rd_kafka_consumer_group_metadata_t& member
    );
    base::Result<void> commit_only(const std::vector<Position>& positions);
    base::Result<void> append(const std::vector<Batch>& batches);
    base::Result<void> attempt(const std::string& what, const Call& call);
    void give_up();

    rd_kafka_t& consumer_;
    const std::shared_ptr<Progress> progress_;
    const std::weak_ptr<WakeSlot> slot_;
    ClientHandle client_;
    QueueHandle queue_;
    std::atomic<bool> stopping_ = false;

    std::mutex mutex_;
    std::vector<Batch> waiting_;       // guarded by mutex_
    std::size_t waiting_records_ = 0;  // guarded by mutex_

    std::thread thread_;
};

}  // namespace flightcast::eventlog::kafka
