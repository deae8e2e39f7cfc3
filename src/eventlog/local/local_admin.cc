// SPDX-License-Identifier: Apache-2.0
#include "eventlog/local/local_admin.h"

#include <algorithm>
#include <utility>

#include "eventlog/local/local_log.h"
#include "eventlog/local/queued_work.h"

namespace flightcast::eventlog::local {

using base::Errc;
using base::fail;
using base::Result;

Result<CreateOutcome> LocalAdmin::create_topic(const TopicSpec& spec) {
    if (spec.name.empty() || spec.partitions < 1) {
        return fail(Errc::invalid_argument, "a topic needs a name and at least one partition");
    }
    const std::lock_guard lock(log_.mutex_);
    if (log_.partitions_.find(spec.name) != nullptr) return CreateOutcome::existed;
    FC_TRY_VOID(log_.storage_.create_topic(spec));
    TopicDescription description{.spec = spec, .partitions = {}};
    for (std::int32_t i = 0; i < spec.partitions; ++i) {
        description.partitions.push_back({PartitionId(i), Offset(0), Offset(0)});
    }
    log_.partitions_.add(description);
    return CreateOutcome::created;
}

Result<TopicDescription> LocalAdmin::describe(const std::string& topic) {
    const std::lock_guard lock(log_.mutex_);
    const Partitions::Topic* found = std::as_const(log_.partitions_).find(topic);
    if (found == nullptr) return fail(Errc::not_found, "there is no topic '" + topic + "'");
    TopicDescription description{.spec = found->spec, .partitions = {}};
    std::int32_t id = 0;
    for (const Partitions::Partition& partition : found->partitions) {
        description.partitions.push_back({PartitionId(id++), partition.first, partition.end});
    }
    return description;
}

Result<std::vector<std::string>> LocalAdmin::topics() {
    const std::lock_guard lock(log_.mutex_);
    std::vector<std::string> names;
    for (const auto& [name, topic] : log_.partitions_.all()) names.push_back(name);
    return names;
}

Result<std::vector<PartitionRange>> LocalAdmin::ranges(const std::string& topic) {
    FC_TRY(TopicDescription description, describe(topic));
    return std::move(description.partitions);
}

Result<std::vector<Position>> LocalAdmin::committed(
    const std::string& group, const std::vector<std::string>& topics
) {
    const std::lock_guard lock(log_.mutex_);
    for (const std::string& topic : topics) {
        if (std::as_const(log_.partitions_).find(topic) == nullptr) {
            return fail(Errc::not_found, "there is no topic '" + topic + "'");
        }
    }
    std::vector<Position> positions = log_.groups_.committed(group);
    std::erase_if(positions, [&topics](const Position& position) {
        return std::ranges::find(topics, position.at.topic) == topics.end();
    });
    return positions;
}

// Binary search: the times of a partition never go back.
Result<Offset> LocalAdmin::first_at(
    const TopicPartition& at, const PartitionRange& range, RecordTime time
) {
    std::int64_t low = range.first.value();
    std::int64_t high = range.end.value();
    while (low < high) {
        const std::int64_t middle = low + (high - low) / 2;
        FC_TRY(const std::vector<Record> found, log_.storage_.read(at, Offset(middle), 1));
        if (found.empty() || found.front().appended >= time) {
            high = middle;
        } else {
            low = found.front().offset.value() + 1;
        }
    }
    return Offset(low);
}

Result<std::vector<Position>> LocalAdmin::positions_at(const std::string& topic, RecordTime time) {
    FC_TRY(const TopicDescription description, describe(topic));
    std::vector<Position> positions;
    for (const PartitionRange& range : description.partitions) {
        const TopicPartition at{topic, range.partition};
        FC_TRY(const Offset next, first_at(at, range, time));
        positions.push_back({at, next});
    }
    return positions;
}

}  // namespace flightcast::eventlog::local
