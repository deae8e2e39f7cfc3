// SPDX-License-Identifier: Apache-2.0
#include "eventlog/membership/plain.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace flightcast::eventlog::membership {

using base::Result;
using base::SteadyTime;

namespace {

using namespace std::chrono_literals;

constexpr auto kFollowInterval = 2s;  // of partitions that are added
constexpr auto kPlainClosePatience = 2s;

}  // namespace

Plain::Plain(
    ConsumerPort& consumer,
    Questions& questions,
    Standing& standing,
    const base::Clock& clock,
    std::function<void()> hurry
)
    : consumer_(consumer),
      questions_(questions),
      seeker_(questions, standing, clock, StartOfGroup::beginning, std::move(hurry)),
      clock_(clock) {}

Plain::~Plain() {
    consumer_.close(kPlainClosePatience);
}

Result<void> Plain::begin(const ReaderOptions& options) {
    topics_ = options.topics;
    FC_TRY(known_, questions_.partitions(topics_));
    const auto* const from = std::get_if<FromPositions>(&options.start);
    const Start where = from == nullptr ? options.start : Start(FromBeginning{});
    FC_TRY(const std::vector<Position> begins, questions_.offsets(known_, where));
    for (const Position& position : begins) next_[position.at] = position.next;
    if (from != nullptr) {
        for (const Position& position : from->positions) {
            // Removed records are skipped.
            const auto known = next_.find(position.at);
            if (known != next_.end()) known->second = std::max(known->second, position.next);
        }
    }
    for (const auto& [at, next] : next_) seeker_.begin(at);
    return assign();
}

Result<void> Plain::assign() {
    return consumer_.assign(positions());
}

Result<void> Plain::follow_partitions() {
    std::vector<TopicPartition> added;
    {
        const std::lock_guard lock(mutex_);
        added = std::exchange(added_, {});
    }
    if (added.empty()) return {};
    for (const TopicPartition& at : added) {
        if (next_.try_emplace(at, Offset(0)).second) seeker_.begin(at);
    }
    return assign();
}

Result<void> Plain::follow_places() {
    const std::vector<Places::Found> found = seeker_.take_found();
    if (found.empty()) return {};
    for (const Places::Found& one : found) next_[one.at] = one.verdict.next;
    {
        const std::lock_guard lock(mutex_);
        std::erase_if(stopped_, [&](const TopicPartition& at) {
            return std::ranges::find(found, at, &Places::Found::at) != found.end();
        });
    }
    return assign();
}

Result<std::vector<Record>> Plain::poll(std::size_t records_max) {
    FC_TRY_VOID(follow_partitions());
    FC_TRY_VOID(follow_places());
    FC_TRY(std::vector<Record> records, consumer_.poll(records_max, *this));
    std::vector<TopicPartition> stopped;
    {
        const std::lock_guard lock(mutex_);
        stopped = stopped_;
    }
    std::erase_if(records, [&](const Record& record) {
        const auto known = next_.find(record.at);
        return known == next_.end() || record.offset < known->second ||
               std::ranges::find(stopped, record.at) != stopped.end();
    });
    for (const Record& record : records) next_[record.at] = record.offset.next();
    for (const Position& end : std::exchange(ends_, {})) {
        const auto known = next_.find(end.at);
        if (known != next_.end()) known->second = std::max(known->second, end.next);
    }
    seeker_.read(records);
    return records;
}

std::vector<Position> Plain::positions() const {
    std::vector<Position> all;
    all.reserve(next_.size());
    for (const auto& [at, next] : next_) all.push_back({at, next});
    return all;
}

SteadyTime Plain::serve(const std::function<void()>& wake) {
    const SteadyTime now = clock_.steady_now();
    const SteadyTime seek_at = seeker_.serve(now, [this](const TopicPartition& at) {
        const std::lock_guard lock(mutex_);
        stopped_.push_back(at);
    });
    if (now >= follow_at_) {
        follow_at_ = now + kFollowInterval;
        if (const auto all = questions_.partitions(topics_)) {
            const std::lock_guard lock(mutex_);
            for (const TopicPartition& at : *all) {
                if (std::ranges::find(known_, at) != known_.end()) continue;
                known_.push_back(at);
                added_.push_back(at);
            }
        }
        wake();
    }
    if (seeker_.has_found()) wake();
    return std::min(seek_at, follow_at_);
}

}  // namespace flightcast::eventlog::membership
