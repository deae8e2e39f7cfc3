// SPDX-License-Identifier: Apache-2.0
#include "eventlog/memory/memory_storage.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace flightcast::eventlog::memory {

using base::Errc;
using base::fail;
using base::Result;

Result<local::Contents> MemoryStorage::load() {
    const std::lock_guard lock(mutex_);
    local::Contents contents;
    for (const auto& [name, spec] : state_.topics) {
        TopicDescription topic{.spec = spec, .partitions = {}};
        for (std::int32_t i = 0; i < spec.partitions; ++i) {
            const Partition& partition = state_.partitions.at({name, PartitionId(i)});
            const auto count = static_cast<std::int64_t>(partition.records.size());
            topic.partitions.push_back(
                {PartitionId(i), partition.first, Offset(partition.first.value() + count)}
            );
        }
        contents.topics.push_back(std::move(topic));
    }
    for (const auto& [place, next] : state_.positions) {
        contents.positions.push_back({place.first, {place.second, next}});
    }
    return contents;
}

Result<void> MemoryStorage::create_topic(const TopicSpec& spec) {
    const std::lock_guard lock(mutex_);
    for (State* state : {&state_, &durable_}) {
        state->topics.insert_or_assign(spec.name, spec);
        for (std::int32_t i = 0; i < spec.partitions; ++i) {
            state->partitions.try_emplace({spec.name, PartitionId(i)});
        }
    }
    return {};
}

void MemoryStorage::apply(const local::Commit& commit, State& state) {
    for (const Record& record : commit.records) {
        Partition& partition = state.partitions.at(record.at);
        const auto count = static_cast<std::int64_t>(partition.records.size());
        FC_CHECK(record.offset.value() == partition.first.value() + count);
        partition.records.push_back(record);
    }
    for (const local::GroupPosition& position : commit.positions) {
        state.positions.insert_or_assign(
            {position.group, position.position.at}, position.position.next
        );
    }
}

Result<void> MemoryStorage::commit(const local::Commit& commit) {
    const std::lock_guard lock(mutex_);
    if (commits_to_fail_ > 0) {
        --commits_to_fail_;
        return fail(Errc::io, "the storage was told to fail");
    }
    apply(commit, state_);
    since_durable_.push_back(commit);
    if (commit.durable) {
        for (const local::Commit& earlier : since_durable_) apply(earlier, durable_);
        since_durable_.clear();
    }
    return {};
}

Result<std::vector<Record>> MemoryStorage::read(
    const TopicPartition& at, Offset from, std::size_t records_max
) {
    const std::lock_guard lock(mutex_);
    const Partition& partition = state_.partitions.at(at);
    const std::int64_t skip = std::max<std::int64_t>(0, from.value() - partition.first.value());
    std::vector<Record> records;
    for (auto i = static_cast<std::size_t>(skip);
         i < partition.records.size() && records.size() < records_max;
         ++i) {
        records.push_back(partition.records[i]);
    }
    return records;
}

Result<void> MemoryStorage::trim(const TopicPartition& at, Offset first) {
    const std::lock_guard lock(mutex_);
    for (const local::Commit& earlier : since_durable_) apply(earlier, durable_);
    since_durable_.clear();
    for (State* state : {&state_, &durable_}) {
        Partition& partition = state->partitions.at(at);
        while (partition.first < first && !partition.records.empty()) {
            partition.records.pop_front();
            partition.first = partition.first.next();
        }
    }
    return {};
}

Result<std::size_t> MemoryStorage::bytes() {
    const std::lock_guard lock(mutex_);
    std::size_t total = 0;
    for (const auto& [at, partition] : state_.partitions) {
        for (const Record& record : partition.records) {
            total += record.value ? record.value->size() : 0;
        }
    }
    return total;
}

void MemoryStorage::fail_commits(std::size_t count) {
    const std::lock_guard lock(mutex_);
    commits_to_fail_ = count;
}

void MemoryStorage::lose_power() {
    const std::lock_guard lock(mutex_);
    state_ = durable_;
    since_durable_.clear();
}

}  // namespace flightcast::eventlog::memory
