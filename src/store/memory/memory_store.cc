// SPDX-License-Identifier: Apache-2.0
#include "store/memory/memory_store.h"

#include <optional>

#include "base/planted_bug.h"
#include "flight/precedence.h"

namespace flightcast::store::memory {

using base::Result;
using flight::OutcomeKind;

Result<std::vector<Refusal>> MemoryStore::put(const std::vector<flight::Outcome>& outcomes) {
    const std::lock_guard lock(mutex_);
    if (puts_to_fail_ > 0) {
        --puts_to_fail_;
        return base::fail(base::Errc::unavailable, "the store was told to fail");
    }
    const base::WallTime now = clock_.wall_now();
    std::vector<Refusal> refusals;
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        const flight::Outcome& outcome = outcomes[i];
        if (outcome.kind == OutcomeKind::prediction && refused_.contains(outcome.id)) {
            refusals.push_back({.index = i, .reason = "the store was told to refuse it"});
            continue;
        }
        if (base::is_planted(base::PlantedBug::store_replaces_outcomes)) {
            outcomes_.erase({outcome.id, outcome.kind});
        }
        outcomes_.try_emplace({outcome.id, outcome.kind}, Stored{outcome, now});
    }
    return refusals;
}

void MemoryStore::refuse_prediction_of(const base::Uuid& id) {
    const std::lock_guard lock(mutex_);
    refused_.insert(id);
}

void MemoryStore::find(const base::Uuid& id, FindDone done) {
    std::optional<StoredOutcome> result;
    {
        const std::lock_guard lock(mutex_);
        for (const OutcomeKind kind : flight::kKindsByPrecedence) {
            const auto found = outcomes_.find({id, kind});
            if (found == outcomes_.end()) continue;
            result = StoredOutcome{.outcome = found->second.outcome, .document_id = std::nullopt};
            break;
        }
    }
    done(std::move(result));
}

Result<std::int64_t> MemoryStore::count() {
    const std::lock_guard lock(mutex_);
    return static_cast<std::int64_t>(outcomes_.size());
}

Result<std::size_t> MemoryStore::trim(base::WallTime oldest, std::size_t outcomes_max) {
    const std::lock_guard lock(mutex_);
    std::size_t removed = 0;
    std::erase_if(outcomes_, [&](const auto& entry) {
        if (removed == outcomes_max || entry.second.at >= oldest) return false;
        ++removed;
        return true;
    });
    return removed;
}

void MemoryStore::fail_puts(std::size_t count) {
    const std::lock_guard lock(mutex_);
    puts_to_fail_ = count;
}

}  // namespace flightcast::store::memory
