// SPDX-License-Identifier: Apache-2.0
#include "faulty_store.h"

#include <future>
#include <utility>

#include "base/random.h"

namespace flightcast::simulation {

using base::Errc;
using base::fail;
using base::Result;

Result<std::vector<store::Refusal>> FaultyStore::put(const std::vector<flight::Outcome>& outcomes) {
    if (faults_.stall.count() > 0) {
        ++faults_.stalls;
        stall_(std::exchange(faults_.stall, {}));
    }
    if (faults_.is_away) {
        ++faults_.failed_puts;
        return fail(Errc::unavailable, "the store is away");
    }
    auto put = under_.put(outcomes);
    if (put && faults_.answers_lost > 0) {
        --faults_.answers_lost;
        ++faults_.lost_answers;
        return fail(Errc::unavailable, "the store's answer was lost");
    }
    return put;
}

FaultyStore::Found FaultyStore::look_up(const base::Uuid& id) {
    if (faults_.is_away) {
        ++faults_.failed_finds;
        return fail(Errc::unavailable, "the store is away");
    }
    std::promise<Found> answer;
    under_.find(id, [&answer](Found found) { answer.set_value(std::move(found)); });
    return answer.get_future().get();
}

// The answer is that of the moment when the store was asked.
void FaultyStore::find(const base::Uuid& id, store::FindDone done) {
    if (faults_.is_slow) ++faults_.late_answers;
    late_.push_back({.done = std::move(done), .found = look_up(id)});
}

Result<void> FaultyStore::reach() {
    if (faults_.is_away) return fail(Errc::unavailable, "the store is away");
    return {};
}

bool FaultyStore::answer(base::Random& random) {
    if (late_.empty()) return false;
    if (faults_.is_slow && random.below(8) > 0) return false;
    const auto chosen = static_cast<std::ptrdiff_t>(random.below(late_.size()));
    Late late = std::move(late_[static_cast<std::size_t>(chosen)]);
    late_.erase(late_.begin() + chosen);
    late.done(std::move(late.found));
    return true;
}

}  // namespace flightcast::simulation
