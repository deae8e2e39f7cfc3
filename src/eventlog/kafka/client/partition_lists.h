// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "eventlog/kafka/client/handles.h"
#include "eventlog/membership/proof.h"
#include "eventlog/record.h"

namespace flightcast::eventlog::kafka {

// Between our positions and librdkafka's lists of partitions.
[[nodiscard]] PartitionsHandle list_of(std::span<const Position> positions);
// With their proofs beside them.
[[nodiscard]] PartitionsHandle list_of(std::span<const membership::Claim> claims);
[[nodiscard]] PartitionsHandle list_of(std::span<const TopicPartition> partitions);
[[nodiscard]] std::vector<TopicPartition> partitions_of(
    const rd_kafka_topic_partition_list_t& list
);

// Those of `list` that have an offset; one that means "none" (-1001) is left out.
[[nodiscard]] std::vector<Position> positions_of(const rd_kafka_topic_partition_list_t& list);

// The text beside a committed position.
[[nodiscard]] std::string_view note_of(const rd_kafka_topic_partition_t& element);

[[nodiscard]] std::span<const rd_kafka_topic_partition_t> elements_of(
    const rd_kafka_topic_partition_list_t& list
);

}  // namespace flightcast::eventlog::kafka
