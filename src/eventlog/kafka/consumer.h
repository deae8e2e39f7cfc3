// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "eventlog/event_log.h"
#include "eventlog/kafka/client.h"
#include "eventlog/kafka/wake_slot.h"

namespace flightcast::eventlog::kafka {

// A consumer of librdkafka as a source of records that never waits. What both kinds of readers
// share.
//
// Thread-safety: one thread at a time, but any thread may call wake().
class Consumer {
  public:
    // Whether a record that comes is wanted; called once for each run of records of a partition in
    // one poll, with the first one's offset.
    using Admit = std::function<bool(const TopicPartition&, Offset)>;

    // REQUIRES: `events` outlives the consumer.
    [[nodiscard]] static base::Result<std::unique_ptr<Consumer>> open(
        ConfHandle conf, ClientEvents& events
    );
    ~Consumer();

    // Leaves the group, if it is in one: the last callbacks come, the last commits arrive. Nothing
    // is read any more.
    void close();

    // Gives the closed client up instead of freeing it. librdkafka before 2.1 aborts the process
    // when a member is freed between its first joining and its first assignment.
    void leave_client();

    // The next records, at most `records_max`; serves the client's callbacks on the way.
    // Errc::fenced when another instance has this one's place.
    base::Result<std::vector<Record>> poll(std::size_t records_max, const Admit& admit);

    // `wake` is called when something came while nothing was there.
    void on_ready(std::function<void()> wake) { slot_->set(std::move(wake)); }
    void wake() { slot_->call(); }
    [[nodiscard]] std::weak_ptr<WakeSlot> slot() const { return slot_; }

    // Where each partition goes on, as far as that is known.
    [[nodiscard]] const std::map<TopicPartition, Offset>& positions() const { return positions_; }
    void set_position(const Position& position) { positions_[position.at] = position.next; }
    void forget(const TopicPartition& at) { positions_.erase(at); }

    [[nodiscard]] rd_kafka_t& client() const { return *client_; }

  private:
    struct Run;  // records of one partition in a row

    explicit Consumer(ClientEvents& events) : events_(events) {}
    void take(const rd_kafka_message_t& message, const Admit& admit, Run& run);
    void end_run(const Run& run);
    void take_end(const rd_kafka_message_t& message, Run& run);
    void take_lost(const rd_kafka_message_t& message, Run& run);
    void take_error(const rd_kafka_message_t& message);

    ClientEvents& events_;
    ClientHandle client_;
    QueueHandle queue_;
    bool is_closed_ = false;
    std::shared_ptr<WakeSlot> slot_ = std::make_shared<WakeSlot>();
    std::vector<rd_kafka_message_t*> batch_;
    std::map<TopicPartition, Offset> positions_;
    std::optional<base::Error> error_;  // found behind records: the next poll's answer
};

}  // namespace flightcast::eventlog::kafka
