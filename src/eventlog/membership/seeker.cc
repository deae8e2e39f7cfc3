// SPDX-License-Identifier: Apache-2.0
#include "eventlog/membership/seeker.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace flightcast::eventlog::membership {

using base::SteadyTime;

namespace {

using namespace std::chrono_literals;

constexpr auto kLookAgain = 50ms;    // for positions that are not known yet
constexpr auto kWatchInterval = 2s;  // at logs that are read

}  // namespace

Seeker::Seeker(
    Questions& questions,
    Standing& standing,
    const base::Clock& clock,
    StartOfGroup start,
    std::function<void()> hurry
)
    : questions_(questions),
      clock_(clock),
      hurry_(std::move(hurry)),
      places_(questions, standing, clock, start) {}

void Seeker::seek(const std::vector<TopicPartition>& partitions) {
    {
        const std::lock_guard lock(mutex_);
        ++ticket_;
        watch_.clear();
        orders_.clear();
        found_.clear();
        for (const TopicPartition& at : partitions) {
            orders_[at] = {.at = at, .ticket = ticket_, .claim = {}};
        }
        has_new_orders_ = true;
    }
    hurry_();
}

void Seeker::begin(const TopicPartition& at) {
    const std::lock_guard lock(mutex_);
    watch_.begin(at, {});
}

void Seeker::lost(const TopicPartition& at, Offset place) {
    {
        const std::lock_guard lock(mutex_);
        Places::Order order{at, ticket_, Claim{{at, place}, watch_.proofs(at, place)}};
        orders_.try_emplace(at, std::move(order));
        has_new_orders_ = true;
    }
    hurry_();
}

void Seeker::rewound(const std::vector<Claim>& claims) {
    const std::lock_guard lock(mutex_);
    for (const Claim& claim : claims) watch_.rewind(claim);
}

void Seeker::read(std::span<const Record> records) {
    const std::lock_guard lock(mutex_);
    watch_.read(records);
}

std::vector<Proof> Seeker::proofs(const TopicPartition& at, Offset next) const {
    const std::lock_guard lock(mutex_);
    return watch_.proofs(at, next);
}

std::vector<Places::Found> Seeker::take_found() {
    const std::lock_guard lock(mutex_);
    std::vector<Places::Found> found = std::exchange(found_, {});
    for (const Places::Found& one : found) watch_.begin(one.at, one.verdict.anchor);
    return found;
}

bool Seeker::has_found() const {
    const std::lock_guard lock(mutex_);
    return !found_.empty();
}

SteadyTime Seeker::serve(
    SteadyTime now, const std::function<void(const TopicPartition&)>& changed
) {
    look_for_places();
    if (now >= watch_at_) {
        watch_logs(changed);
        watch_at_ = now + kWatchInterval;
    }
    const std::lock_guard lock(mutex_);
    if (has_new_orders_) return now;
    return places_.is_seeking() ? std::min(watch_at_, clock_.steady_now() + kLookAgain) : watch_at_;
}

void Seeker::look_for_places() {
    {
        const std::lock_guard lock(mutex_);
        if (std::exchange(has_new_orders_, false)) {
            std::vector<Places::Order> orders;
            for (const auto& [at, order] : orders_) orders.push_back(order);
            places_.seek(std::move(orders));
        }
    }
    if (!places_.is_seeking()) return;
    std::vector<Places::Found> found = places_.look();
    const std::lock_guard lock(mutex_);
    for (Places::Found& one : found) {
        if (one.ticket != ticket_) continue;
        orders_.erase(one.at);
        found_.push_back(std::move(one));
    }
}

void Seeker::watch_logs(const std::function<void(const TopicPartition&)>& changed) {
    std::vector<Watch::Look> looks;
    std::uint64_t ticket = 0;
    {
        const std::lock_guard lock(mutex_);
        looks = watch_.due();
        ticket = ticket_;
    }
    if (looks.empty()) return;
    const std::vector<Probe> probes = questions_.probe(places_of(looks));
    std::vector<TopicPartition> others;
    {
        const std::lock_guard lock(mutex_);
        if (ticket != ticket_) return;
        others = watch_.looked(looks, probes);
        for (const TopicPartition& at : others) {
            const auto look = std::ranges::find(looks, at, &Watch::Look::at);
            const Offset next = look->proofs.back().offset.next();
            orders_.insert_or_assign(
                at, Places::Order{at, ticket, Claim{{at, next}, look->proofs}}
            );
            watch_.end(at);
            has_new_orders_ = true;
        }
    }
    for (const TopicPartition& at : others) changed(at);
}

}  // namespace flightcast::eventlog::membership
