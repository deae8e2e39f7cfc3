// SPDX-License-Identifier: Apache-2.0
#include "gateway/delivery/outcome_cache.h"

#include "base/check.h"
#include "base/planted_bug.h"
#include "flight/precedence.h"

namespace flightcast::gateway::delivery {
namespace {

// The cost of one entry beside its text: the nodes of list and map, the shared block, the string.
constexpr std::size_t kEntryOverhead = 256;

std::size_t bytes_of(const flight::Outcome& outcome) {
    return outcome.json.size() + kEntryOverhead;
}

}  // namespace

bool OutcomeCache::put(const SharedOutcome& outcome) {
    const auto known = by_id_.find(outcome->id);
    if (known != by_id_.end()) {
        const flight::OutcomeKind counts = (*known->second)->kind;
        bool wins = flight::fresh_one_wins({.known = counts, .fresh = outcome->kind});
        if (base::is_planted(base::PlantedBug::response_loses_to_dead_letter)) wins = false;
        if (base::is_planted(base::PlantedBug::dead_letter_beats_response)) {
            wins = outcome->kind == flight::OutcomeKind::failure;
        }
        if (!wins && !base::is_planted(base::PlantedBug::last_outcome_wins)) return false;
        remove(known->second);
    }
    add(outcome);
    return true;
}

SharedOutcome OutcomeCache::find(const base::Uuid& id) const {
    const auto known = by_id_.find(id);
    return known == by_id_.end() ? nullptr : *known->second;
}

void OutcomeCache::add(const SharedOutcome& outcome) {
    order_.push_back(outcome);
    by_id_.emplace(outcome->id, std::prev(order_.end()));
    bytes_ += bytes_of(*outcome);
    while (bytes_ > bytes_max_ && !order_.empty()) remove(order_.begin());
}

void OutcomeCache::remove(Order::iterator place) {
    FC_CHECK(bytes_ >= bytes_of(**place));
    bytes_ -= bytes_of(**place);
    FC_CHECK(by_id_.erase((*place)->id) == 1);
    order_.erase(place);
}

}  // namespace flightcast::gateway::delivery
