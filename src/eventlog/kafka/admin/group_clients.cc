// SPDX-License-Identifier: Apache-2.0
#include "eventlog/kafka/admin/group_clients.h"

#include <utility>

#include "eventlog/kafka/client/partition_lists.h"
#include "eventlog/kafka/client/settings.h"

namespace flightcast::eventlog::kafka {

namespace {

rd_kafka_resp_err_t first_error_of(const rd_kafka_topic_partition_list_t& list) {
    for (const rd_kafka_topic_partition_t& partition : elements_of(list)) {
        if (partition.err != RD_KAFKA_RESP_ERR_NO_ERROR) return partition.err;
    }
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

}  // namespace

base::Result<rd_kafka_t*> GroupClients::of(const std::string& group) {
    const std::lock_guard lock(mutex_);
    ClientHandle& known = clients_[group];
    if (!known) {
        // Positions in a transaction that is under way are not waited for.
        const OwnSettings own = {{"group.id", group}, {"isolation.level", "read_uncommitted"}};
        FC_TRY(ConfHandle conf, make_conf(options_, Role::plain_reader, own));
        FC_TRY(known, make_client(RD_KAFKA_CONSUMER, std::move(conf), events_));
    }
    rd_kafka_poll(known.get(), 0);  // Complaints that came meanwhile.
    return known.get();
}

// librdkafka tells once, as an error of a consumer's, that the coordinator refuses this user, goes
// on asking, and lets all that is asked meanwhile run out of time.
rd_kafka_resp_err_t GroupClients::ask_positions(
    rd_kafka_t& client,
    const std::string& group,
    rd_kafka_topic_partition_list_t& list,
    std::chrono::milliseconds patience
) {
    const rd_kafka_resp_err_t code =
        rd_kafka_committed(&client, &list, static_cast<int>(patience.count()));
    rd_kafka_resp_err_t said = RD_KAFKA_RESP_ERR_NO_ERROR;
    while (const MessageHandle message{rd_kafka_consumer_poll(&client, 0)}) said = message->err;
    const std::lock_guard lock(mutex_);
    if (said != RD_KAFKA_RESP_ERR_NO_ERROR) refusals_[group] = said;
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
        refusals_.erase(group);
        return first_error_of(list);
    }
    const bool is_silence =
        code == RD_KAFKA_RESP_ERR__TIMED_OUT || code == RD_KAFKA_RESP_ERR__WAIT_COORD;
    const auto refused = refusals_.find(group);
    return is_silence && refused != refusals_.end() ? refused->second : code;
}

}  // namespace flightcast::eventlog::kafka
