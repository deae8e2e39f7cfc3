// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/strong_id.h"

namespace flightcast::eventlog {

// Where a record stands in its partition: 0, 1, 2, ... (a Kafka log may skip some).
using Offset = base::StrongId<struct OffsetTag, std::int64_t>;
using PartitionId = base::StrongId<struct PartitionTag, std::int32_t>;

// When a record was appended, by the log's clock.
using RecordTime = std::chrono::sys_time<std::chrono::milliseconds>;

struct TopicPartition {
    std::string topic;
    PartitionId partition;

    auto operator<=>(const TopicPartition&) const = default;
};

// The next offset to read of one partition.
struct Position {
    TopicPartition at;
    Offset next;

    auto operator<=>(const Position&) const = default;
};

struct Header {
    std::string name;
    std::string value;

    bool operator==(const Header&) const = default;
};

// A record to be appended. Records of one key go to one partition, in order; without a key the log
// chooses.
struct NewRecord {
    std::string topic;
    std::optional<std::string> key{};
    std::optional<std::string> value{};  // none is a tombstone
    std::vector<Header> headers{};

    [[nodiscard]] std::size_t bytes() const;
    bool operator==(const NewRecord&) const = default;
};

// A record as it stands in the log.
struct Record {
    TopicPartition at;
    Offset offset;
    RecordTime appended;
    std::optional<std::string> key;
    std::optional<std::string> value;
    std::vector<Header> headers;

    bool operator==(const Record&) const = default;
};

// The positions after `records`: for each partition, one past the last offset in it.
[[nodiscard]] std::vector<Position> positions_after(const std::vector<Record>& records);

}  // namespace flightcast::eventlog
