// SPDX-License-Identifier: Apache-2.0
#include "eventlog/kafka/progress.h"

#include <algorithm>
#include <utility>

namespace flightcast::eventlog::kafka {

using base::Errc;
using base::Error;
using base::fail;
using base::Result;

void Progress::assigned(const std::vector<TopicPartition>& partitions) {
    const std::lock_guard lock(mutex_);
    for (const TopicPartition& at : partitions) {
        owned_.insert_or_assign(at, Owned{.since = published_});
    }
}

void Progress::hold(const std::vector<TopicPartition>& partitions) {
    const std::lock_guard lock(mutex_);
    for (const TopicPartition& at : partitions) {
        if (const auto found = owned_.find(at); found != owned_.end()) found->second.held = true;
    }
    held_after_ = published_;
}

bool Progress::held_are_settled() const {
    const std::lock_guard lock(mutex_);
    return under_way_.empty() || under_way_.front()->number > held_after_;
}

bool Progress::held_are_committed() const {
    const std::lock_guard lock(mutex_);
    return std::ranges::none_of(owned_, [](const auto& known) {
        const Owned& owned = known.second;
        return owned.held && owned.is_acknowledged && owned.confirmed != *owned.resume;
    });
}

void Progress::released(const std::vector<TopicPartition>& partitions) {
    const std::lock_guard lock(mutex_);
    for (const TopicPartition& at : partitions) owned_.erase(at);
}

std::vector<TopicPartition> Progress::partitions() const {
    const std::lock_guard lock(mutex_);
    std::vector<TopicPartition> all;
    for (const auto& [at, owned] : owned_) all.push_back(at);
    return all;
}

bool Progress::admit(const TopicPartition& at, Offset offset) {
    const std::lock_guard lock(mutex_);
    const auto found = owned_.find(at);
    if (found == owned_.end() || found->second.held) return false;
    if (!found->second.resume) {
        found->second.resume = offset;
        found->second.committed = offset;
    }
    return true;
}

bool Progress::owns(const TopicPartition& at) const {
    const std::lock_guard lock(mutex_);
    const auto found = owned_.find(at);
    return found != owned_.end() && !found->second.held;
}

bool Progress::owned_since(const Publish& publish) const {
    return std::ranges::all_of(publish.consumed, [&](const Position& position) {
        const auto found = owned_.find(position.at);
        return found != owned_.end() && found->second.since < publish.number;
    });
}

bool Progress::is_current(const Publish& publish) const {
    const std::lock_guard lock(mutex_);
    return publish.epoch == epoch_ && !broken_ && owned_since(publish);
}

namespace {

Error lost_partition() {
    return {Errc::fenced, "a partition went to another member of the group, which does its work"};
}

}  // namespace

Result<std::shared_ptr<Progress::Publish>> Progress::begin(
    std::vector<Position> consumed, Done done
) {
    const std::lock_guard lock(mutex_);
    if (broken_) return fail(Errc::closed, "an earlier publish failed: go back first");
    for (const Position& position : consumed) {
        const auto found = owned_.find(position.at);
        if (found == owned_.end() || found->second.held) return std::unexpected(lost_partition());
    }
    auto publish =
        std::make_shared<Publish>(std::move(consumed), std::move(done), epoch_, ++published_);
    under_way_.push_back(publish);
    return publish;
}

void Progress::abandon(const std::shared_ptr<Publish>& publish) {
    const std::lock_guard lock(mutex_);
    std::erase(under_way_, publish);
}

// What came of the publish at the front, now that all before it are over.
Result<void> Progress::judge(const Publish& publish) {
    if (publish.epoch != epoch_) return *publish.outcome;
    if (broken_) return fail(Errc::closed, "an earlier publish failed: go back first");
    if (!*publish.outcome) {
        broken_ = true;
        return *publish.outcome;
    }
    if (!owned_since(publish)) {
        broken_ = true;
        return std::unexpected(lost_partition());
    }
    for (const Position& position : publish.consumed) {
        Owned& owned = owned_.at(position.at);
        if (!owned.resume) owned.committed = position.next;
        owned.resume = position.next;
        owned.is_acknowledged = true;
        owned.is_dirty = true;
    }
    return {};
}

void Progress::complete(const std::shared_ptr<Publish>& publish, Result<void> outcome) {
    std::vector<std::pair<Done, Result<void>>> finished;
    {
        const std::lock_guard lock(mutex_);
        publish->outcome = std::move(outcome);
        while (!under_way_.empty() && under_way_.front()->outcome) {
            Publish& front = *under_way_.front();
            Result<void> result = judge(front);
            finished.emplace_back(std::move(front.done), std::move(result));
            under_way_.pop_front();
        }
    }
    for (auto& [done, result] : finished) {
        if (done) done(std::move(result));
    }
}

std::vector<Position> Progress::rewind() {
    const std::lock_guard lock(mutex_);
    ++epoch_;
    broken_ = false;
    std::vector<Position> positions;
    for (const auto& [at, owned] : owned_) {
        if (owned.resume) positions.push_back({at, *owned.resume});
    }
    return positions;
}

std::vector<Position> Progress::take_uncommitted() {
    const std::lock_guard lock(mutex_);
    std::vector<Position> positions;
    for (auto& [at, owned] : owned_) {
        if (!owned.is_dirty) continue;
        positions.push_back({at, *owned.resume});
        owned.committed = *owned.resume;
        owned.is_dirty = false;
    }
    return positions;
}

std::size_t Progress::uncommitted_records() const {
    const std::lock_guard lock(mutex_);
    std::int64_t records = 0;
    for (const auto& [at, owned] : owned_) {
        if (!owned.is_dirty) continue;
        records += std::max<std::int64_t>(owned.resume->value() - owned.committed.value(), 1);
    }
    return static_cast<std::size_t>(records);
}

void Progress::committed(const std::vector<Position>& positions) {
    const std::lock_guard lock(mutex_);
    for (const Position& position : positions) {
        const auto found = owned_.find(position.at);
        if (found != owned_.end()) found->second.confirmed = position.next;
    }
}

void Progress::commit_failed(const std::vector<Position>& positions) {
    const std::lock_guard lock(mutex_);
    for (const Position& position : positions) {
        const auto found = owned_.find(position.at);
        if (found != owned_.end()) found->second.is_dirty = found->second.is_acknowledged;
    }
}

std::size_t Progress::in_flight() const {
    const std::lock_guard lock(mutex_);
    return under_way_.size();
}

}  // namespace flightcast::eventlog::kafka
