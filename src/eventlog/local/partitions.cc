// SPDX-License-Identifier: Apache-2.0
#include "eventlog/local/partitions.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/hash.h"
#include "eventlog/local/record_size.h"

namespace flightcast::eventlog::local {
namespace {

using base::limits::kTailBytesMax;
using base::limits::kTailRecordsMax;

std::size_t bytes_of(const Record& record) {
    std::size_t total = sizeof record;
    if (record.key) total += record.key->size();
    if (record.value) total += record.value->size();
    for (const Header& header : record.headers) total += header.name.size() + header.value.size();
    return total;
}

}  // namespace

void Partitions::add(const TopicDescription& description) {
    Topic topic{.spec = description.spec, .partitions = {}, .next_keyless = 0};
    for (const PartitionRange& range : description.partitions) {
        FC_CHECK(range.partition.value() == static_cast<std::int32_t>(topic.partitions.size()));
        topic.partitions.push_back(
            {.first = range.first, .end = range.end, .newest = {}, .tail = {}}
        );
    }
    topics_.insert_or_assign(description.spec.name, std::move(topic));
}

const Partitions::Topic* Partitions::find(const std::string& name) const {
    const auto found = topics_.find(name);
    return found == topics_.end() ? nullptr : &found->second;
}

Partitions::Topic* Partitions::find(const std::string& name) {
    const auto found = topics_.find(name);
    return found == topics_.end() ? nullptr : &found->second;
}

Partitions::Partition& Partitions::at(const TopicPartition& at) {
    Topic* topic = find(at.topic);
    FC_CHECK(topic != nullptr);
    return topic->partitions.at(static_cast<std::size_t>(at.partition.value()));
}

PartitionId Partitions::choose(Topic& topic, const NewRecord& record) {
    const std::size_t count = topic.partitions.size();
    const std::size_t index =
        record.key ? base::fnv1a(*record.key) % count : topic.next_keyless++ % count;
    return PartitionId(static_cast<std::int32_t>(index));
}

void Partitions::show(std::shared_ptr<const Record> record) {
    Partition& partition = at(record->at);
    FC_CHECK(record->offset == partition.end);
    partition.end = record->offset.next();
    partition.newest = std::max(partition.newest, record->appended);
    partition.bytes += record_size(*record);
    partition.tail_bytes += bytes_of(*record);
    partition.tail.push_back(std::move(record));
    while (partition.tail.size() > kTailRecordsMax || partition.tail_bytes > kTailBytesMax) {
        FC_CHECK(partition.tail_bytes >= bytes_of(*partition.tail.front()));
        partition.tail_bytes -= bytes_of(*partition.tail.front());
        partition.tail.pop_front();
    }
}

std::optional<std::vector<std::shared_ptr<const Record>>> Partitions::from_tail(
    const Partition& partition, Offset from, std::size_t records_max
) {
    std::vector<std::shared_ptr<const Record>> records;
    if (from >= partition.end) return records;
    if (partition.tail.empty() || from < partition.tail.front()->offset) return std::nullopt;
    const auto skip = from.value() - partition.tail.front()->offset.value();
    auto next = partition.tail.begin() + skip;
    while (next != partition.tail.end() && records.size() < records_max) records.push_back(*next++);
    return records;
}

}  // namespace flightcast::eventlog::local
