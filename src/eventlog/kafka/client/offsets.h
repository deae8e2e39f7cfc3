// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "eventlog/kafka/client/handles.h"
#include "eventlog/kafka/client/trouble.h"
#include "eventlog/record.h"

namespace flightcast::eventlog::kafka {

// What to ask a partition for, as Kafka's protocol spells it: a time, or one of its ends.
enum class OffsetAt : std::int64_t { end = -1, beginning = -2 };

[[nodiscard]] inline OffsetAt offset_at(RecordTime time) {
    return static_cast<OffsetAt>(time.time_since_epoch().count());
}

// For each partition 0 .. partitions-1 of `topic`, the offset at `where`; for a time after the last
// record, the end. Waits for at most `patience`.
[[nodiscard]] base::Result<std::vector<Position>> ask_offsets(
    rd_kafka_t& client,
    const Trouble& trouble,
    const std::vector<TopicPartition>& partitions,
    OffsetAt where,
    std::chrono::milliseconds patience
);

[[nodiscard]] std::vector<TopicPartition> all_partitions(
    const std::string& topic, std::int32_t partitions
);

}  // namespace flightcast::eventlog::kafka
