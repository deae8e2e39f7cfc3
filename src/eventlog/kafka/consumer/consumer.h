// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "eventlog/kafka/client/client.h"
#include "eventlog/kafka/client/wake_slot.h"
#include "eventlog/kafka/consumer/join_hurry.h"
#include "eventlog/membership/port.h"

namespace flightcast::eventlog::kafka {

// A consuming client of librdkafka's behind the narrow port: it never waits, and is woken by
// librdkafka's queue.
//
// Thread-safety: as ConsumerPort.
class Consumer final : public membership::ConsumerPort, private ClientEvents {
  public:
    // REQUIRES: `trouble` outlives the consumer.
    [[nodiscard]] static base::Result<std::unique_ptr<Consumer>> open(
        ConfHandle conf, Trouble& trouble
    );
    ~Consumer() override;

    base::Result<void> subscribe(const std::vector<std::string>& topics) override;
    void leave() override;
    [[nodiscard]] bool is_member() const override { return !member_id().empty(); }
    base::Result<std::vector<Record>> poll(
        std::size_t records_max, membership::ConsumerEvents& events
    ) override;
    void on_ready(std::function<void()> wake) override { slot_->set(std::move(wake)); }
    base::Result<void> renew() override;
    base::Result<void> assign(const std::vector<Position>& positions) override;
    void unassign() override;
    bool commit(const std::vector<membership::Claim>& claims) override;
    void close(std::chrono::milliseconds patience) override;

    [[nodiscard]] std::string member_id() const;
    [[nodiscard]] std::weak_ptr<WakeSlot> slot() const { return slot_; }
    void wake() { slot_->call(); }
    // Whether the group has still to give it partitions: it must be polled meanwhile, some times a
    // second.
    [[nodiscard]] bool is_waiting() const { return is_waiting_; }
    // The client of this moment, which lasts until its last user lets it go: renew() may put
    // another one in its place.
    [[nodiscard]] std::shared_ptr<rd_kafka_t> client() const;

  private:
    struct Life;

    Consumer(ConfHandle conf, Trouble& trouble);
    base::Result<void> make_client_anew();
    void close_client(std::chrono::milliseconds patience);
    void rebalanced(
        rd_kafka_resp_err_t what, const rd_kafka_topic_partition_list_t& partitions
    ) override;
    void committed(
        rd_kafka_resp_err_t code, const rd_kafka_topic_partition_list_t& positions
    ) override;
    [[nodiscard]] std::string round() const;
    void hurry_joining();
    void take(const rd_kafka_message_t& message, std::vector<Record>& records);
    void take_error(const rd_kafka_message_t& message);

    const ConfHandle conf_;
    QueueHandle queue_;
    bool is_closed_ = false;
    bool has_subscribed_ = false;
    bool was_assigned_ = false;
    std::atomic<bool> is_waiting_ = false;

    // Of the group, while it waits: see JoinHurry.
    PartitionsHandle topics_;
    JoinHurry hurry_;

    const std::shared_ptr<WakeSlot> slot_ = std::make_shared<WakeSlot>();
    std::vector<rd_kafka_message_t*> batch_;
    membership::ConsumerEvents* events_ = nullptr;  // during a poll
    std::optional<base::Error> error_;              // found behind records: the next poll's answer

    mutable std::mutex mutex_;
    std::shared_ptr<Life> life_;  // guarded by mutex_: null once closed
};

}  // namespace flightcast::eventlog::kafka
