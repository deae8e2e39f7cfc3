// SPDX-License-Identifier: Apache-2.0
//
// What a log may forget: records older than the retention, and when they take too much the oldest
// of the partitions that take most; never the last record of a partition, never what a group that
// it keeps records for has not read.
#include <algorithm>
#include <utility>

#include "base/planted_bug.h"
#include "eventlog/local/local_log.h"
#include "eventlog/local/queued_work.h"

namespace flightcast::eventlog::local {

using base::Result;

namespace {

// A step of trimming by size: an eighth of what a partition may give, so that a few calls suffice
// and none takes long.
constexpr std::int64_t kShareByTrim = 8;
constexpr int kStepsByTrim = 8;

}  // namespace

// The records of a partition that may go.
struct LocalLog::Trimmable {
    TopicPartition at;
    Offset first;
    Offset limit;                           // nothing from here on may go
    std::optional<LaggingGroup> lagging{};  // whose fault that is
    std::chrono::milliseconds age;
    bool by_size;

    [[nodiscard]] std::int64_t records() const {
        return std::max<std::int64_t>(0, limit.value() - first.value());
    }
};

// The topic's own setting comes first; `retention` says the rest.
TopicRetention LocalLog::rule_of(const TopicSpec& spec, const Retention& retention) {
    TopicRetention rule{.topic = spec.name, .age = retention.age};
    const auto found = std::ranges::find(retention.topics, spec.name, &TopicRetention::topic);
    if (found != retention.topics.end()) rule = *found;
    if (spec.retention) rule.age = *spec.retention;
    return rule;
}

// Another process may have changed the topics' own settings.
Result<void> LocalLog::take_specs() {
    FC_TRY(const std::vector<TopicSpec> specs, storage_.specs());
    const std::lock_guard lock(mutex_);
    for (const TopicSpec& spec : specs) {
        Partitions::Topic* const topic = partitions_.find(spec.name);
        if (topic != nullptr) topic->spec.retention = spec.retention;
    }
    return {};
}

std::vector<LocalLog::Trimmable> LocalLog::trimmable(const Retention& retention) const {
    std::vector<Trimmable> all;
    const std::lock_guard lock(mutex_);
    for (const auto& [name, topic] : partitions_.all()) {
        const TopicRetention rule = rule_of(topic.spec, retention);
        for (std::size_t i = 0; i < topic.partitions.size(); ++i) {
            const Partitions::Partition& partition = topic.partitions[i];
            Trimmable found{
                .at = {name, PartitionId(static_cast<std::int32_t>(i))},
                .first = partition.first,
                .limit = Offset(partition.end.value() - 1),
                .age = rule.age,
                .by_size = rule.by_size,
            };
            for (const KeptFor& kept : retention.behind_groups) {
                if (base::is_planted(base::PlantedBug::retention_ignores_readers)) break;
                if (std::ranges::find(kept.topics, name) == kept.topics.end()) continue;
                // A group that reads and has no position has read nothing yet.
                const Offset otherwise = kept.is_reading ? partition.first : partition.end;
                const Offset next = groups_.committed(kept.group, found.at).value_or(otherwise);
                if (next >= found.limit) continue;
                found.limit = next;
                const std::int64_t unread = partition.end.value() - next.value();
                found.lagging = LaggingGroup{kept.group, found.at, unread};
            }
            all.push_back(std::move(found));
        }
    }
    return all;
}

Result<std::size_t> LocalLog::trim_partition(Trimmable& partition, Offset first) {
    first = std::min(first, partition.limit);
    if (first <= partition.first) return 0;
    {
        const std::lock_guard lock(mutex_);
        partitions_.at(partition.at).first = first;
    }
    const Result<std::size_t> bytes = storage_.trim(partition.at, first);
    const std::lock_guard lock(mutex_);
    Partitions::Partition& trimmed = partitions_.at(partition.at);
    if (!bytes) {
        trimmed.first = partition.first;  // They are still there.
        return std::unexpected(bytes.error());
    }
    trimmed.bytes -= std::min(trimmed.bytes, *bytes);
    const Offset before = std::exchange(partition.first, first);
    return static_cast<std::size_t>(first.value() - before.value());
}

Result<std::size_t> LocalLog::trim_by_age(Trimmable& partition, RecordTime now) {
    if (partition.age == kForEver) return 0;
    FC_TRY(
        const std::vector<Position> positions,
        admin_->positions_at(partition.at.topic, now - partition.age)
    );
    const auto index = static_cast<std::size_t>(partition.at.partition.value());
    return trim_partition(partition, positions.at(index).next);
}

Result<std::size_t> LocalLog::trim_by_size(std::vector<Trimmable>& all, std::size_t bytes_max) {
    std::size_t removed = 0;
    const auto bytes_of = [this](const Trimmable& partition) {
        const std::lock_guard lock(mutex_);
        const bool may_give = partition.by_size && partition.records() > 0;
        return may_give ? partitions_.at(partition.at).bytes : 0;
    };
    for (int step = 0; step < kStepsByTrim && bytes() > bytes_max; ++step) {
        const auto largest = std::ranges::max_element(all, {}, bytes_of);
        if (largest == all.end() || bytes_of(*largest) == 0) break;
        const std::int64_t share = std::max<std::int64_t>(1, largest->records() / kShareByTrim);
        FC_TRY(
            const std::size_t count,
            trim_partition(*largest, Offset(largest->first.value() + share))
        );
        removed += count;
    }
    return removed;
}

std::size_t LocalLog::bytes() const {
    const std::lock_guard lock(mutex_);
    std::size_t total = 0;
    for (const auto& [name, topic] : partitions_.all()) {
        for (const Partitions::Partition& partition : topic.partitions) total += partition.bytes;
    }
    return total;
}

Result<void> LocalLog::note_bytes() {
    std::vector<PartitionBytes> counted;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [name, topic] : partitions_.all()) {
            for (std::size_t i = 0; i < topic.partitions.size(); ++i) {
                const Partitions::Partition& partition = topic.partitions[i];
                const TopicPartition at{name, PartitionId(static_cast<std::int32_t>(i))};
                counted.push_back({at, partition.first, partition.end, partition.bytes});
            }
        }
    }
    if (counted == noted_) return {};
    FC_TRY_VOID(storage_.note_bytes(counted));
    noted_ = std::move(counted);
    return {};
}

Result<TrimReport> LocalLog::trim(const Retention& retention) {
    TrimReport report;
    FC_TRY_VOID(take_specs());
    const auto now = std::chrono::floor<std::chrono::milliseconds>(clock_.wall_now());
    std::vector<Trimmable> all = trimmable(retention);
    for (Trimmable& partition : all) {
        FC_TRY(const std::size_t count, trim_by_age(partition, now));
        report.records += count;
    }
    if (retention.bytes_max > 0) {
        FC_TRY(const std::size_t count, trim_by_size(all, retention.bytes_max));
        report.records += count;
    }
    FC_TRY_VOID(note_bytes());
    report.bytes = bytes();
    if (retention.bytes_max == 0 || report.bytes <= retention.bytes_max) return report;
    for (const Trimmable& partition : all) {
        if (!partition.lagging) continue;
        if (report.held_back && report.held_back->records >= partition.lagging->records) continue;
        report.held_back = partition.lagging;
    }
    return report;
}

}  // namespace flightcast::eventlog::local
