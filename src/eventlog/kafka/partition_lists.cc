// SPDX-License-Identifier: Apache-2.0
#include "eventlog/kafka/partition_lists.h"

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
