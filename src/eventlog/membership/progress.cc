// SPDX-License-Identifier: Apache-2.0
#include "eventlog/membership/progress.h"

#include <algorithm>
#include <utility>

#include "base/planted_bug.h"

namespace flightcast::eventlog::membership {

using base::Errc;
using base::Error;
using base::Result;

namespace {

Error lost_partition() {
    return {Errc::fenced, "a partition went to another member of the group, which does its work"};
}

Error broken_order() {
    return {Errc::closed, "an earlier publish failed: go back first"};
}

}  // namespace

void Progress::begin_reading(const TopicPartition& at, Offset next, bool is_same) {
    const std::lock_guard lock(mutex_);
    const auto known = owned_.find(at);
    if (is_same && known != owned_.end()) {
        known->second.next = next;
        known->second.end = {};
        return;
    }
    owned_.insert_or_assign(
        at,
        Owned{
            .since = published_,
            .next = next,
            .resume = {{at, next}, {}},
            .taken = next,
            .confirmed = next,
        }
    );
}

void Progress::stop_reading(const TopicPartition& at) {
    const std::lock_guard lock(mutex_);
    owned_.erase(at);
}

void Progress::hold() {
    const std::lock_guard lock(mutex_);
    is_held_ = true;
}

void Progress::clear() {
    const std::lock_guard lock(mutex_);
    owned_.clear();
    is_held_ = false;
}

bool Progress::is_held() const {
    const std::lock_guard lock(mutex_);
    return is_held_;
}

bool Progress::is_settled() const {
    const std::lock_guard lock(mutex_);
    return under_way_.empty();
}

bool Progress::is_committed() const {
    const std::lock_guard lock(mutex_);
    return std::ranges::none_of(owned_, [](const auto& known) {
        const Owned& owned = known.second;
        return owned.is_acknowledged && owned.confirmed != owned.resume.position.next;
    });
}

// An offset below the expected one is of a fetch before the last assign().
void Progress::admit(std::vector<Record>& records) {
    const std::lock_guard lock(mutex_);
    auto known = owned_.end();
    std::erase_if(records, [&](const Record& record) {
        if (known == owned_.end() || known->first != record.at) known = owned_.find(record.at);
        if (is_held_ || known == owned_.end() || record.offset < known->second.next) return true;
        known->second.next = record.offset.next();
        return false;
    });
}

void Progress::see_end(const Position& end) {
    const std::lock_guard lock(mutex_);
    const auto known = owned_.find(end.at);
    if (known != owned_.end()) known->second.end = end.next;
}

std::vector<Position> Progress::next() const {
    const std::lock_guard lock(mutex_);
    std::vector<Position> positions;
    for (const auto& [at, owned] : owned_) positions.push_back({at, owned.next});
    return positions;
}

std::vector<Position> Progress::read_to() const {
    const std::lock_guard lock(mutex_);
    std::vector<Position> positions;
    for (const auto& [at, owned] : owned_)
        positions.push_back({at, std::max(owned.next, owned.end)});
    return positions;
}

bool Progress::owned_since(const Publish& publish) const {
    return std::ranges::all_of(publish.consumed, [&](const Claim& claim) {
        const auto found = owned_.find(claim.position.at);
        return found != owned_.end() && found->second.since < publish.number;
    });
}

bool Progress::is_current(const Publish& publish) const {
    const std::lock_guard lock(mutex_);
    return publish.epoch == epoch_ && !broken_ && owned_since(publish);
}

Result<std::shared_ptr<Progress::Publish>> Progress::begin(std::vector<Claim> consumed, Done done) {
    const std::lock_guard lock(mutex_);
    if (broken_) return std::unexpected(broken_order());
    for (const Claim& claim : consumed) {
        const auto found = owned_.find(claim.position.at);
        const bool is_ours =
            found != owned_.end() && !is_held_ && claim.position.next <= found->second.next;
        if (!is_ours) return std::unexpected(lost_partition());
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

// The result of the publish at the front, now that all before it are over.
Result<void> Progress::judge(const Publish& publish) {
    if (publish.epoch != epoch_) return *publish.outcome;
    if (broken_) return std::unexpected(broken_order());
    if (!*publish.outcome && !base::is_planted(base::PlantedBug::failed_publish_counts)) {
        broken_ = true;
        return *publish.outcome;
    }
    if (!owned_since(publish)) {
        broken_ = true;
        return std::unexpected(lost_partition());
    }
    for (const Claim& claim : publish.consumed) {
        Owned& owned = owned_.at(claim.position.at);
        owned.resume = claim;
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

std::vector<Claim> Progress::rewind() {
    const std::lock_guard lock(mutex_);
    ++epoch_;
    broken_ = false;
    std::vector<Claim> claims;
    for (auto& [at, owned] : owned_) {
        owned.next = owned.resume.position.next;
        owned.end = {};
        claims.push_back(owned.resume);
    }
    return claims;
}

std::vector<Claim> Progress::take_uncommitted() {
    const std::lock_guard lock(mutex_);
    std::vector<Claim> claims;
    for (auto& [at, owned] : owned_) {
        if (!owned.is_dirty) continue;
        claims.push_back(owned.resume);
        owned.taken = owned.resume.position.next;
        owned.is_dirty = false;
    }
    return claims;
}

std::size_t Progress::uncommitted_records() const {
    const std::lock_guard lock(mutex_);
    std::int64_t records = 0;
    for (const auto& [at, owned] : owned_) {
        if (!owned.is_dirty) continue;
        const Offset next = owned.resume.position.next;
        records += std::max<std::int64_t>(next.value() - owned.taken.value(), 1);
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

void Progress::commit_failed() {
    const std::lock_guard lock(mutex_);
    for (auto& [at, owned] : owned_) {
        owned.is_dirty = owned.is_acknowledged && owned.confirmed != owned.resume.position.next;
    }
}

}  // namespace flightcast::eventlog::membership
