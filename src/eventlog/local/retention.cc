// SPDX-License-Identifier: Apache-2.0
//
// What a log may forget: records older than the retention, and when it is too large its oldest
// ones; never the last record of a partition, never what a group it keeps records for has not read.
#include <algorithm>
#include <utility>

#include "base/check.h"
#include "eventlog/local/local_log.h"
#include "eventlog/local/queued_work.h"

namespace flightcast::eventlog::local {
namespace {

using base::Result;

// A step of trimming by size: an eighth of what a partition holds, so that a few calls suffice and
// none takes long.
constexpr std::int64_t kShareByTrim = 8;

}  // namespace

Result<Offset> LocalLog::first_kept(const TopicPartition& at, RecordTime oldest) {
    FC_TRY(const std::vector<Position> positions, admin_->positions_at(at.topic, oldest));
    return positions.at(static_cast<std::size_t>(at.partition.value())).next;
}

Result<std::size_t> LocalLog::trim_partition(const TopicPartition& at, Offset first) {
    Offset before;
    {
        const std::lock_guard lock(mutex_);
        Partitions::Partition& partition = partitions_.at(at);
        before = partition.first;
        first = std::min(first, Offset(partition.end.value() - 1));
        if (first <= before) return 0;
        FC_CHECK(first < partition.end);  // The last record stays, so that offsets go on.
        partition.first = first;
    }
    FC_TRY_VOID(storage_.trim(at, first));
    return static_cast<std::size_t>(first.value() - before.value());
}

// What `retention` says of one topic; the topic's own setting is asked where it says nothing.
TopicRetention LocalLog::rule_of(const TopicSpec& spec, const Retention& retention) {
    const auto rule = std::ranges::find(retention.topics, spec.name, &TopicRetention::topic);
    if (rule != retention.topics.end()) return *rule;
    return {.topic = spec.name, .age = spec.retention.value_or(retention.age)};
}

std::vector<LocalLog::TrimCandidate> LocalLog::trim_candidates(const Retention& retention) const {
    const std::lock_guard lock(mutex_);
    std::vector<TrimCandidate> candidates;
    for (const auto& [name, topic] : partitions_.all()) {
        const TopicRetention rule = rule_of(topic.spec, retention);
        for (std::size_t i = 0; i < topic.partitions.size(); ++i) {
            const TopicPartition at{name, PartitionId(static_cast<std::int32_t>(i))};
            Offset limit = topic.partitions[i].end;
            for (const std::string& group : retention.behind_groups) {
                limit = std::min(limit, groups_.committed(group, at).value_or(limit));
            }
            candidates.push_back({at, topic.partitions[i].first, limit, rule.age, rule.by_size});
        }
    }
    return candidates;
}

Result<std::size_t> LocalLog::trim(const Retention& retention) {
    const std::vector<TrimCandidate> candidates = trim_candidates(retention);
    const auto now = std::chrono::floor<std::chrono::milliseconds>(clock_.wall_now());
    FC_TRY(const std::size_t bytes, storage_.bytes());
    const bool too_large = retention.bytes_max > 0 && bytes > retention.bytes_max;
    std::size_t removed = 0;
    for (const TrimCandidate& candidate : candidates) {
        FC_TRY(Offset first, first_kept(candidate.at, now - candidate.age));
        if (too_large && candidate.by_size) {
            const std::int64_t held = candidate.limit.value() - candidate.first.value();
            first = std::max(first, Offset(candidate.first.value() + held / kShareByTrim));
        }
        FC_TRY(
            const std::size_t count, trim_partition(candidate.at, std::min(first, candidate.limit))
        );
        removed += count;
    }
    return removed;
}

}  // namespace flightcast::eventlog::local
