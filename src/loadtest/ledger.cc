// SPDX-License-Identifier: Apache-2.0
#include "loadtest/ledger.h"

#include "base/check.h"

namespace flightcast::loadtest {

bool Ledger::accept(const base::Uuid& id, ClientId client, base::SteadyTime intended) {
    ++tally_.accepted;
    if (!entries_.try_emplace(id, Entry{intended, client}).second) {
        ++tally_.repeated_ids;
        return false;
    }
    ++owed_;
    return true;
}

void Ledger::join(const base::Uuid& id) {
    const auto entry = entries_.find(id);
    FC_CHECK(entry != entries_.end());
    if (entry->second.state == State::accepted) entry->second.state = State::joined;
}

std::optional<base::SteadyTime> Ledger::deliver(
    const base::Uuid& id, ClientId client, Outcome outcome
) {
    const auto found = entries_.find(id);
    if (found == entries_.end() || found->second.owner != client ||
        found->second.state == State::accepted) {
        ++tally_.misdelivered;
        return std::nullopt;
    }
    if (outcome == Outcome::still_waits) {
        ++tally_.still_waits;
        return std::nullopt;
    }
    Entry& entry = found->second;
    if (entry.state == State::settled) {
        ++tally_.doubled;
        return std::nullopt;
    }
    entry.state = State::settled;
    --owed_;
    ++(outcome == Outcome::prediction ? tally_.predictions : tally_.failures);
    return entry.intended;
}

}  // namespace flightcast::loadtest
