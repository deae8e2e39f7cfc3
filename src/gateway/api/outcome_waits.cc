// SPDX-License-Identifier: Apache-2.0
#include "gateway/api/outcome_waits.h"

#include <algorithm>
#include <iterator>

namespace flightcast::gateway::api {

using delivery::ClientId;
using delivery::JoinOutcome;
using delivery::SharedOutcome;

void OutcomeWaits::wait(
    std::span<const base::Uuid> ids, base::SteadyTime now, base::SteadyTime deadline, Done done
) {
    const auto wait = std::make_shared<Wait>();
    wait->outcomes.resize(ids.size());
    wait->missing = ids.size();
    wait->first_client = next_client_;
    wait->deadline = std::min(deadline, latest_);
    wait->done = std::move(done);
    next_client_ += ids.size();
    // All are entered before the first is joined: a known outcome is delivered from within.
    for (std::size_t i = 0; i < ids.size(); ++i) {
        by_client_.emplace(ClientId(wait->first_client + i), wait);
    }
    by_deadline_.emplace(wait->deadline, wait);
    bool joined_all = true;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const ClientId client(wait->first_client + i);
        joined_all = deliveries_.join(client, ids[i], now) == JoinOutcome::joined && joined_all;
    }
    if (joined_all && wait->missing > 0) return;
    leave(*wait);  // Too many wait: the known outcomes have to do.
    finish(wait);
}

void OutcomeWaits::end_by(base::SteadyTime latest) {
    latest_ = std::min(latest_, latest);
    while (!by_deadline_.empty() && by_deadline_.rbegin()->first > latest_) {
        const auto last = std::prev(by_deadline_.end());
        const std::shared_ptr<Wait> wait = last->second;
        by_deadline_.erase(last);
        wait->deadline = latest_;
        by_deadline_.emplace(latest_, wait);
    }
}

void OutcomeWaits::leave(const Wait& wait) {
    for (std::size_t i = 0; i < wait.outcomes.size(); ++i) {
        const ClientId client(wait.first_client + i);
        if (by_client_.erase(client) > 0) deliveries_.forget(client);
    }
}

void OutcomeWaits::deliver(ClientId client, const SharedOutcome& outcome) {
    const auto found = by_client_.find(client);
    if (found == by_client_.end()) return;
    const std::shared_ptr<Wait> wait = found->second;
    by_client_.erase(found);
    wait->outcomes[client.value() - wait->first_client] = outcome;
    --wait->missing;
    if (wait->missing == 0) finish(wait);
}

void OutcomeWaits::finish(const std::shared_ptr<Wait>& wait) {
    if (!wait->done) return;
    by_deadline_.erase({wait->deadline, wait});
    Done done = std::exchange(wait->done, nullptr);
    done(wait->outcomes);
}

std::optional<base::SteadyTime> OutcomeWaits::next_deadline() const {
    if (by_deadline_.empty()) return std::nullopt;
    return by_deadline_.begin()->first;
}

void OutcomeWaits::expire(base::SteadyTime now) {
    while (!by_deadline_.empty() && by_deadline_.begin()->first <= now) {
        const std::shared_ptr<Wait> wait = by_deadline_.begin()->second;
        leave(*wait);
        finish(wait);
    }
}

}  // namespace flightcast::gateway::api
