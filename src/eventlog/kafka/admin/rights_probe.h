// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

#include "base/clock.h"
#include "eventlog/kafka/admin/group_clients.h"
#include "eventlog/kafka/client/client.h"
#include "eventlog/kafka/client/kafka_options.h"
#include "eventlog/kafka/client/trouble.h"

namespace flightcast::eventlog::kafka {

// The judgement of the brokers about one right of this user.
enum class Verdict {
    granted,
    topic_refused,  // the right to the topic is missing
    group_refused,  // the right to the group is missing
    unknown         // no broker has said: one is away, or there is no such topic
};

// Finds out which rights this user has, where brokers of every version tell it: by requests that
// they refuse in any case, but only after they have judged the right to them. So nothing is
// appended and no group is moved or joined.
//
// Its complaints are its own: that somebody lacks a right which is asked for here is no trouble of
// the log's.
//
// Thread-safety: one thread at a time.
class RightsProbe final : private ClientEvents {
  public:
    // REQUIRES: both outlive it.
    RightsProbe(const KafkaOptions& options, const base::Clock& clock);

    // Each waits for `patience` at most.

    // Append to the topic.
    [[nodiscard]] Verdict may_write(const std::string& topic, std::chrono::milliseconds patience);
    // Read the topic without a group.
    [[nodiscard]] Verdict may_read(const std::string& topic, std::chrono::milliseconds patience);
    // Read the topic as a member of the group.
    [[nodiscard]] Verdict may_join(
        const std::string& group, const std::string& topic, std::chrono::milliseconds patience
    );
    // Ask for the positions of the group in the topic.
    [[nodiscard]] Verdict may_look(
        const std::string& group, const std::string& topic, std::chrono::milliseconds patience
    );

  private:
    void delivered(const rd_kafka_message_t& message) override;
    void broken(rd_kafka_resp_err_t /*cause*/, std::string_view /*reason*/) override {}

    const KafkaOptions& options_;
    Trouble trouble_;
    GroupClients groups_;
    rd_kafka_resp_err_t delivery_{};  // of the record that may_write() sent
};

}  // namespace flightcast::eventlog::kafka
