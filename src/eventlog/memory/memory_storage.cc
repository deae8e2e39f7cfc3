// SPDX-License-Identifier: Apache-2.0
#include "eventlog/memory/memory_storage.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "eventlog/local/record_size.h"

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
            const TopicPartition at{name, PartitionId(i)};
            const Partition& partition = state_.partitions.at(at);
            const auto count = static_cast<std::int64_t>(partition.records.size());
            const Offset end(partition.first.value() + count);
            topic.partitions.push_back({PartitionId(i), partition.first, end});
            std::size_t bytes = 0;
            for (const Record& record : partition.records) bytes += local::record_size(record);
            contents.bytes.push_back({at, partition.first, end, bytes});
        }
        contents.topics.push_back(std::move(topic));
    }
    for (const auto& [place, next] : state_.positions) {
        contents.positions.push_back({place.first, {place.second, next}});
    }
    return contents;
}

Result<std::vector<TopicSpec>> MemoryStorage::specs() {
    const std::lock_guard lock(mutex_);
    std::vector<TopicSpec> specs;
    for (const auto& [name, spec] : state_.topics) specs.push_back(spec);
    return specs;
}

void MemoryStorage::set_retention(
    const std::string& topic, std::optional<std::chrono::milliseconds> age
) {
    const std::lock_guard lock(mutex_);
    for (State* state : {&state_, &durable_}) state->topics.at(topic).retention = age;
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

Result<void> MemoryStorage::fail_if_told() {
    if (lost_) return fail(Errc::io, "the storage was told that it is lost");
    if (commits_to_fail_ == 0) return {};
    --commits_to_fail_;
    return fail(failure_, "the storage was told to fail");
}

Result<void> MemoryStorage::check() {
    const std::lock_guard lock(mutex_);
    if (lost_) return fail_if_told();
    return {};
}

Result<void> MemoryStorage::try_to_write() {
    const std::lock_guard lock(mutex_);
    return fail_if_told();
}

Result<void> MemoryStorage::commit(const local::Commit& commit) {
    const std::lock_guard lock(mutex_);
    FC_TRY_VOID(fail_if_told());
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

Result<std::size_t> MemoryStorage::trim(const TopicPartition& at, Offset first) {
    const std::lock_guard lock(mutex_);
    for (const local::Commit& earlier : since_durable_) apply(earlier, durable_);
    since_durable_.clear();
    std::size_t bytes = 0;
    for (State* state : {&durable_, &state_}) {
        Partition& partition = state->partitions.at(at);
        bytes = 0;
        while (partition.first < first && !partition.records.empty()) {
            bytes += local::record_size(partition.records.front());
            partition.records.pop_front();
            partition.first = partition.first.next();
        }
    }
    return bytes;
}

Result<void> MemoryStorage::note_bytes(const std::vector<local::PartitionBytes>& /*counted*/) {
    return {};  // load() counts what is there.
}

void MemoryStorage::fail_commits(std::size_t count, Errc code) {
    const std::lock_guard lock(mutex_);
    commits_to_fail_ = count;
    failure_ = code;
}

void MemoryStorage::set_lost(bool lost) {
    const std::lock_guard lock(mutex_);
    lost_ = lost;
}

void MemoryStorage::lose_power() {
    const std::lock_guard lock(mutex_);
    state_ = durable_;
    since_durable_.clear();
}

}  // namespace flightcast::eventlog::memory
