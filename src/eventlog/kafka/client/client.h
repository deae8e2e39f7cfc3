// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/result.h"
#include "eventlog/kafka/client/figures.h"
#include "eventlog/kafka/client/handles.h"
#include "eventlog/kafka/client/trouble.h"
#include "eventlog/record.h"

namespace flightcast::eventlog::kafka {

// What a client of librdkafka calls back for. Complaints go to Trouble; the rest is the business of
// the one class that owns the client.
//
// Thread-safety: called by whoever polls the client's queue.
class ClientEvents {
  public:
    explicit ClientEvents(Trouble& trouble) : trouble_(trouble) {}
    virtual ~ClientEvents() = default;
    ClientEvents(const ClientEvents&) = delete;
    ClientEvents& operator=(const ClientEvents&) = delete;

    // A record that was sent is acknowledged or given up.
    virtual void delivered(const rd_kafka_message_t& /*message*/) {}
    // The group gave us partitions, or took some: RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS, ..REVOKE...
    virtual void rebalanced(
        rd_kafka_resp_err_t /*what*/, const rd_kafka_topic_partition_list_t& /*partitions*/
    ) {}
    virtual void committed(
        rd_kafka_resp_err_t /*code*/, const rd_kafka_topic_partition_list_t& /*positions*/
    ) {}
    // The client will never do anything again.
    virtual void broken(rd_kafka_resp_err_t cause, std::string_view reason) {
        trouble_.note_fatal(cause, reason);
    }
    // librdkafka's statistics have come.
    void measured(const ClientFigures& now) {
        trouble_.measured(growth(figures_, now));
        figures_ = now;
    }
    [[nodiscard]] Trouble& trouble() const { return trouble_; }

  private:
    Trouble& trouble_;
    ClientFigures figures_;  // as told last
};

// Makes a client that calls `events`, which must outlive it.
[[nodiscard]] base::Result<ClientHandle> make_client(
    rd_kafka_type_t type, ConfHandle conf, ClientEvents& events
);

}  // namespace flightcast::eventlog::kafka
