// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/result.h"
#include "eventlog/kafka/handles.h"
#include "eventlog/kafka/trouble.h"

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

    [[nodiscard]] Trouble& trouble() const { return trouble_; }

  private:
    Trouble& trouble_;
};

// Makes a client that calls `events`, which must outlive it.
[[nodiscard]] base::Result<ClientHandle> make_client(
    rd_kafka_type_t type, ConfHandle conf, ClientEvents& events
);

// Ends a client that joined no group without leaving one.
inline void end_group_client(rd_kafka_t* client) {
    rd_kafka_destroy_flags(client, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}
using GroupClientHandle = Handle<rd_kafka_t, end_group_client>;

// Makes a client for requests about groups, which joins none itself and tells nobody of its errors:
// nobody polls it, and its requests have errors of their own. With a client that has no group, such
// as the producer, librdkafka crashes at these requests while a group's coordinator is not settled,
// which it never is on a fresh cluster (its issue 5040).
[[nodiscard]] base::Result<GroupClientHandle> make_group_client(ConfHandle conf);

}  // namespace flightcast::eventlog::kafka
