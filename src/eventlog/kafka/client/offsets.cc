// SPDX-License-Identifier: Apache-2.0
#include "eventlog/kafka/client/offsets.h"

#include <algorithm>
#include <chrono>

#include "eventlog/kafka/client/ask_again.h"
#include "eventlog/kafka/client/partition_lists.h"

namespace flightcast::eventlog::kafka {

using base::Result;

std::vector<TopicPartition> all_partitions(const std::string& topic, std::int32_t partitions) {
    std::vector<TopicPartition> all;
    for (std::int32_t i = 0; i < partitions; ++i) all.push_back({topic, PartitionId(i)});
    return all;
}

namespace {

using namespace std::chrono_literals;

// A client that has just heard of a topic may not know its leaders yet.
constexpr std::chrono::milliseconds kLeaderPatience = 1s;

bool may_know_soon(rd_kafka_resp_err_t code) {
    return code == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION ||
           code == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE;
}

rd_kafka_resp_err_t offsets_for_times(
    rd_kafka_t& client, rd_kafka_topic_partition_list_t& list, std::chrono::milliseconds patience
) {
    const auto ask = [&] {
        return rd_kafka_offsets_for_times(&client, &list, static_cast<int>(patience.count()));
    };
    return ask_again(std::min(patience, kLeaderPatience), ask, may_know_soon);
}

Result<std::vector<Position>> ask_once(
    rd_kafka_t& client,
    const Trouble& trouble,
    const std::vector<TopicPartition>& partitions,
    OffsetAt where,
    std::chrono::milliseconds patience
) {
    std::vector<Position> asked;
    asked.reserve(partitions.size());
    for (const TopicPartition& at : partitions) {
        asked.push_back({at, Offset(static_cast<std::int64_t>(where))});
    }
    const PartitionsHandle list = list_of(asked);
    const rd_kafka_resp_err_t code = offsets_for_times(client, *list, patience);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return std::unexpected(trouble.explain(code, "asking for offsets"));
    }
    std::vector<Position> found;
    for (const rd_kafka_topic_partition_t& element : elements_of(*list)) {
        if (element.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
            return std::unexpected(
                trouble.explain(element.err, std::string("offsets of '") + element.topic + "'")
            );
        }
        found.push_back({{element.topic, PartitionId(element.partition)}, Offset(element.offset)});
    }
    return found;
}

}  // namespace

Result<std::vector<Position>> ask_offsets(
    rd_kafka_t& client,
    const Trouble& trouble,
    const std::vector<TopicPartition>& partitions,
    OffsetAt where,
    std::chrono::milliseconds patience
) {
    if (partitions.empty()) return std::vector<Position>{};
    FC_TRY(std::vector<Position> found, ask_once(client, trouble, partitions, where, patience));
    std::vector<TopicPartition> later;
    for (const Position& position : found) {
        if (position.next.value() < 0) later.push_back(position.at);
    }
    if (later.empty()) return found;
    FC_TRY(
        const std::vector<Position> ends, ask_once(client, trouble, later, OffsetAt::end, patience)
    );
    std::erase_if(found, [](const Position& position) { return position.next.value() < 0; });
    found.insert(found.end(), ends.begin(), ends.end());
    std::ranges::sort(found);
    return found;
}

}  // namespace flightcast::eventlog::kafka
