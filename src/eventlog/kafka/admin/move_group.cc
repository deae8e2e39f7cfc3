// SPDX-License-Identifier: Apache-2.0
#include "eventlog/kafka/admin/move_group.h"

#include "eventlog/kafka/admin/admin_call.h"
#include "eventlog/kafka/client/partition_lists.h"

namespace flightcast::eventlog::kafka {

using base::Errc;
using base::fail;
using base::Result;

namespace {

using AlterOffsetsHandle =
    Handle<rd_kafka_AlterConsumerGroupOffsets_t, rd_kafka_AlterConsumerGroupOffsets_destroy>;

}  // namespace

Result<rd_kafka_resp_err_t> move_group_once(
    rd_kafka_t& client,
    Trouble& trouble,
    std::chrono::milliseconds patience,
    const std::string& group,
    const std::vector<Position>& positions
) {
    const std::string what = "moving group '" + group + "'";
    const AlterOffsetsHandle request(
        rd_kafka_AlterConsumerGroupOffsets_new(group.c_str(), list_of(positions).get())
    );
    FC_TRY(
        const EventHandle event,
        admin_call(client, trouble, patience, what, [&](auto* options, auto* queue) {
            rd_kafka_AlterConsumerGroupOffsets_t* requests = request.get();
            rd_kafka_AlterConsumerGroupOffsets(&client, &requests, 1, options, queue);
        })
    );
    std::size_t count = 0;
    const rd_kafka_group_result_t** const results =
        rd_kafka_AlterConsumerGroupOffsets_result_groups(
            rd_kafka_event_AlterConsumerGroupOffsets_result(event.get()), &count
        );
    if (count != 1) return fail(Errc::corrupt, "Kafka: " + what + ": an answer of another shape");
    if (const rd_kafka_error_t* const error = rd_kafka_group_result_error(results[0])) {
        return rd_kafka_error_code(error);
    }
    for (const rd_kafka_topic_partition_t& partition :
         elements_of(*rd_kafka_group_result_partitions(results[0]))) {
        if (partition.err != RD_KAFKA_RESP_ERR_NO_ERROR) return partition.err;
    }
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

}  // namespace flightcast::eventlog::kafka
