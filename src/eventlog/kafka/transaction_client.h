// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "eventlog/kafka/client/client.h"
#include "eventlog/kafka/consumer/consumer.h"
#include "eventlog/kafka/producer/producing_client.h"
#include "eventlog/kafka/shared/log_parts.h"
#include "eventlog/membership/port.h"

namespace flightcast::eventlog::kafka {

// A producing client of librdkafka's with a transactional id, behind the narrow port.
//
// Thread-safety: as TransactionPort.
class TransactionClient final : public membership::TransactionPort, private ClientEvents {
  public:
    // REQUIRES: `consumer`, the member's, outlives it.
    TransactionClient(const LogParts& parts, Consumer& consumer, std::string id)
        : ClientEvents(parts.trouble), parts_(parts), consumer_(consumer), id_(std::move(id)) {}
    ~TransactionClient() override { end(); }

    membership::StepResult open() override;
    void take_identity() override;
    membership::StepResult begin() override;
    membership::StepResult append(const std::vector<NewRecord>& records, bool one_by_one) override;
    membership::StepResult add_positions(const std::vector<membership::Claim>& claims) override;
    membership::StepResult commit() override;
    membership::StepResult abort() override;
    void pause(std::chrono::milliseconds time) override;

  private:
    using IdentityHandle =
        Handle<rd_kafka_consumer_group_metadata_t, rd_kafka_consumer_group_metadata_destroy>;

    void delivered(const rd_kafka_message_t& message) override;
    void broken(rd_kafka_resp_err_t cause, std::string_view reason) override;
    base::Result<void> make_client_anew();
    void end();
    membership::StepResult step(const std::string& what, rd_kafka_error_t* error);
    membership::StepResult after_fatal_error(base::Error error);
    std::optional<membership::StepResult> refusal();

    const LogParts parts_;
    Consumer& consumer_;
    const std::string id_;
    std::unique_ptr<ProducingClient> client_;
    bool is_fresh_ = false;  // made, and not begun with yet
    IdentityHandle identity_;
    // The first record of this transaction that was not delivered, and why.
    std::optional<std::pair<std::size_t, rd_kafka_resp_err_t>> undelivered_;
};

}  // namespace flightcast::eventlog::kafka
