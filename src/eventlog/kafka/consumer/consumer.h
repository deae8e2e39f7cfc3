// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
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
    ~Consumer() override { close(); }

    base::Result<void> subscribe(const std::vector<std::string>& topics) override;
    void leave() override;
    [[nodiscard]] bool is_member() const override { return !member_id().empty(); }
    base::Result<std::vector<Record>> poll(
        std::size_t records_max, membership::ConsumerEvents& events
    ) override;
    void on_ready(std::function<void()> wake) override { slot_->set(std::move(wake)); }
    base::Result<void> assign(const std::vector<Position>& positions) override;
    void unassign() override;
    bool commit(const std::vector<membership::Claim>& claims) override;
    void close() override;

    [[nodiscard]] std::string member_id() const;
    [[nodiscard]] std::weak_ptr<WakeSlot> slot() const { return slot_; }
    void wake() { slot_->call(); }
    // Whether the group has still to give it partitions: it must be polled meanwhile, some times a
    // second.
    [[nodiscard]] bool is_waiting() const { return is_waiting_; }
    [[nodiscard]] rd_kafka_t& client() const { return *client_; }

  private:
    explicit Consumer(Trouble& trouble) : ClientEvents(trouble) {}
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

    ClientHandle client_;
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
};

}  // namespace flightcast::eventlog::kafka
