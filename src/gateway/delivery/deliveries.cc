// SPDX-License-Identifier: Apache-2.0
#include "gateway/delivery/deliveries.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/planted_bug.h"

namespace flightcast::gateway::delivery {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::microseconds kFirstPause = 1s;
constexpr std::chrono::microseconds kLastPause = 30s;

// How many of the ids accepted last are remembered: far more than are under way at any time.
constexpr std::size_t kExpectedMax = 16'384;

constexpr ClientId kNobody{};

}  // namespace

Deliveries::Deliveries(DeliverySink& sink, DeliveryOptions options)
    : sink_(sink), options_(options), cache_(options.cache_bytes_max), expected_(kExpectedMax) {}

void Deliveries::expect(const base::Uuid& id) {
    expected_.add(id, {});
}

bool Deliveries::has_due() const {
    return std::ranges::any_of(waits_, [this](const auto& wait) {
        return expected_.contains(wait.first);
    });
}

JoinOutcome Deliveries::join(ClientId client, const base::Uuid& id, base::SteadyTime now) {
    if (const SharedOutcome known = cache_.find(id)) {
        sink_.deliver(client, known);
        if (!base::is_planted(base::PlantedBug::known_outcome_waits_on)) return JoinOutcome::joined;
    }
    if (waiters_ >= options_.waiters_max) return JoinOutcome::too_many;
    auto& mine = by_client_[client];
    if (mine.size() >= options_.waits_per_client_max) return JoinOutcome::too_many;
    const auto [place, first_time] = mine.try_emplace(id, now + options_.request_timeout);
    if (!first_time) return JoinOutcome::joined;
    ++waiters_;
    timers_.insert({.at = place->second, .id = id, .client = client});
    Wait& wait = waits_[id];
    wait.clients.push_back(client);
    if (options_.has_store && wait.clients.size() == 1) begin_look_ups(id, wait, now);
    FC_CHECK(waiters_ <= options_.waiters_max);
    return JoinOutcome::joined;
}

void Deliveries::begin_look_ups(const base::Uuid& id, Wait& wait, base::SteadyTime now) {
    wait.look_up_at = now + kFirstPause;
    wait.pause = kFirstPause * 2;
    if (!base::is_planted(base::PlantedBug::store_asked_once)) {
        timers_.insert({.at = wait.look_up_at, .id = id, .client = kNobody});
    }
    if (!expected_.contains(id)) sink_.look_up(id);
}

// Takes one client out of a wait, and the wait itself away with the last one.
void Deliveries::remove_wait(ClientId client, const base::Uuid& id) {
    FC_CHECK(waiters_ > 0);
    --waiters_;
    const auto wait = waits_.find(id);
    FC_CHECK(wait != waits_.end());
    FC_CHECK(std::erase(wait->second.clients, client) == 1);
    if (!wait->second.clients.empty()) return;
    timers_.erase({.at = wait->second.look_up_at, .id = id, .client = kNobody});
    waits_.erase(wait);
}

void Deliveries::forget(ClientId client) {
    const auto mine = by_client_.extract(client);
    if (!mine) return;
    for (const auto& [id, deadline] : mine.mapped()) {
        timers_.erase({.at = deadline, .id = id, .client = client});
        remove_wait(client, id);
    }
}

void Deliveries::arrived(const SharedOutcome& outcome) {
    ++arrivals_;
    FC_CHECK(outcome != nullptr);
    expected_.take(outcome->id);
    if (cache_.put(outcome)) finish(outcome);
}

void Deliveries::found(const base::Uuid& id, const SharedOutcome& outcome) {
    if (!outcome) return;  // The log may still bring it: what is expected stays so.
    FC_CHECK(outcome->id == id);
    expected_.take(id);
    finish(outcome);
}

// Every waiting client gets it and waits no more.
void Deliveries::finish(const SharedOutcome& outcome) {
    const auto found = waits_.extract(outcome->id);
    if (!found) return;
    const Wait& wait = found.mapped();
    timers_.erase({.at = wait.look_up_at, .id = outcome->id, .client = kNobody});
    for (const ClientId client : wait.clients) {
        const auto mine = by_client_.find(client);
        FC_CHECK(mine != by_client_.end());
        const auto deadline = mine->second.extract(outcome->id);
        FC_CHECK(!deadline.empty());
        timers_.erase({.at = deadline.mapped(), .id = outcome->id, .client = client});
        if (mine->second.empty()) by_client_.erase(mine);
        FC_CHECK(waiters_ > 0);
        --waiters_;
        sink_.deliver(client, outcome);
    }
}

std::optional<base::SteadyTime> Deliveries::next_deadline() const {
    if (timers_.empty()) return std::nullopt;
    return timers_.begin()->at;
}

void Deliveries::time_out(const Timer& timer) {
    const auto mine = by_client_.find(timer.client);
    FC_CHECK(mine != by_client_.end());
    FC_CHECK(mine->second.erase(timer.id) == 1);
    if (mine->second.empty()) by_client_.erase(mine);
    remove_wait(timer.client, timer.id);
    sink_.timed_out(timer.client, timer.id);
}

void Deliveries::look_up_again(const Timer& timer) {
    Wait& wait = waits_.at(timer.id);
    FC_CHECK(!wait.clients.empty());
    FC_CHECK(wait.look_up_at == timer.at);
    wait.look_up_at = timer.at + wait.pause;
    wait.pause = std::min(wait.pause * 2, kLastPause);
    timers_.insert({.at = wait.look_up_at, .id = timer.id, .client = kNobody});
    sink_.look_up(timer.id);
}

void Deliveries::expire(base::SteadyTime now) {
    while (!timers_.empty() && timers_.begin()->at <= now) {
        const Timer timer = *timers_.begin();
        timers_.erase(timers_.begin());
        if (timer.client == kNobody) {
            look_up_again(timer);
        } else {
            time_out(timer);
        }
    }
}

}  // namespace flightcast::gateway::delivery
