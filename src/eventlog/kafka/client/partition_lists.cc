// SPDX-License-Identifier: Apache-2.0
#include "eventlog/kafka/client/partition_lists.h"

#include <cstring>

namespace flightcast::eventlog::kafka {

PartitionsHandle list_of(std::span<const Position> positions) {
    PartitionsHandle list(rd_kafka_topic_partition_list_new(static_cast<int>(positions.size())));
    for (const Position& position : positions) {
        rd_kafka_topic_partition_list_add(
            list.get(), position.at.topic.c_str(), position.at.partition.value()
        )
            ->offset = position.next.value();
    }
    return list;
}

PartitionsHandle list_of(std::span<const TopicPartition> partitions) {
    PartitionsHandle list(rd_kafka_topic_partition_list_new(static_cast<int>(partitions.size())));
    for (const TopicPartition& at : partitions) {
        rd_kafka_topic_partition_list_add(list.get(), at.topic.c_str(), at.partition.value());
    }
    return list;
}

// librdkafka frees the text with the list.
PartitionsHandle list_of(std::span<const membership::Claim> claims) {
    PartitionsHandle list(rd_kafka_topic_partition_list_new(static_cast<int>(claims.size())));
    for (const membership::Claim& claim : claims) {
        rd_kafka_topic_partition_t& element = *rd_kafka_topic_partition_list_add(
            list.get(), claim.position.at.topic.c_str(), claim.position.at.partition.value()
        );
        const std::string note = membership::note_of(claim.proofs);
        element.offset = claim.position.next.value();
        element.metadata = strndup(note.data(), note.size());
        element.metadata_size = note.size();
    }
    return list;
}

std::string_view note_of(const rd_kafka_topic_partition_t& element) {
    if (element.metadata == nullptr) return {};
    return {static_cast<const char*>(element.metadata), element.metadata_size};
}

std::span<const rd_kafka_topic_partition_t> elements_of(
    const rd_kafka_topic_partition_list_t& list
) {
    return {list.elems, static_cast<std::size_t>(list.cnt)};
}

std::vector<TopicPartition> partitions_of(const rd_kafka_topic_partition_list_t& list) {
    std::vector<TopicPartition> partitions;
    partitions.reserve(static_cast<std::size_t>(list.cnt));
    for (const rd_kafka_topic_partition_t& element : elements_of(list)) {
        partitions.push_back({element.topic, PartitionId(element.partition)});
    }
    return partitions;
}

std::vector<Position> positions_of(const rd_kafka_topic_partition_list_t& list) {
    std::vector<Position> positions;
    for (const rd_kafka_topic_partition_t& element : elements_of(list)) {
        if (element.offset < 0) continue;
        positions.push_back(
            {{element.topic, PartitionId(element.partition)}, Offset(element.offset)}
        );
    }
    return positions;
}

}  // namespace flightcast::eventlog::kafka
