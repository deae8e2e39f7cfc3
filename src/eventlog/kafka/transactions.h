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
#include "eventlog/kafka/losses.h"
#include "eventlog/kafka/producing_client.h"
#include "eventlog/kafka/publisher.h"
#include "eventlog/kafka/wake_slot.h"

namespace flightcast::eventlog::kafka {

// Exactly once: outputs and positions in one transaction, with a producer and a thread of its own,
// since every step of a transaction waits for brokers. While one is committed, what is published
// meanwhile gathers and goes into the next. When the client loses count with a broker (Losses), the
// transaction fails and a new client goes on under the same id.
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
        std::string id,
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

    base::Result<void> make_client_anew();
    void run();
    bool begin_to_exist();
    void broken(rd_kafka_resp_err_t cause, std::string_view reason) override;
    void take_fatal_error();
    void replace_client();
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

    const LogParts parts_;
    const std::string id_;
    rd_kafka_t& consumer_;
    const std::shared_ptr<Progress> progress_;
    const std::weak_ptr<WakeSlot> slot_;
    std::unique_ptr<ProducingClient> client_;
    std::atomic<bool> stopping_ = false;

    // Of the thread.
    bool is_broken_ = false;  // the client is to be replaced
    Losses losses_;

    std::mutex mutex_;
    QueueHandle queue_;                // changed under mutex_, by the thread
    std::vector<Batch> waiting_;       // guarded by mutex_
    std::size_t waiting_records_ = 0;  // guarded by mutex_

    std::thread thread_;
};

}  // namespace flightcast::eventlog::kafka
