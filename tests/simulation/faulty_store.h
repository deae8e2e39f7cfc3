// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "store/outcome_store.h"

namespace flightcast::simulation {

// The weather of a store: it holds for all processes that use it.
struct StoreFaults {
    bool is_away = false;
    bool is_slow = false;          // look-ups are answered later, in any order
    std::size_t answers_lost = 0;  // so many puts are done and told as failures
    std::chrono::seconds stall{};  // the next put takes so long
    // What happened.
    std::size_t failed_puts = 0;
    std::size_t failed_finds = 0;
    std::size_t lost_answers = 0;
    std::size_t late_answers = 0;
    std::size_t stalls = 0;
};

// One process' way to a store that fails, stalls, and answers late.
//
// Thread-safety: one thread. The store's own may answer meanwhile: it is waited for.
class FaultyStore final : public store::OutcomeStore {
  public:
    // REQUIRES: what is passed outlives the store; `stall` lets time pass.
    FaultyStore(
        store::OutcomeStore& under,
        StoreFaults& faults,
        bool is_distant,
        std::function<void(std::chrono::microseconds)> stall
    )
        : under_(under), faults_(faults), is_distant_(is_distant), stall_(std::move(stall)) {}

    base::Result<std::vector<store::Refusal>> put(
        const std::vector<flight::Outcome>& outcomes
    ) override;
    void find(const base::Uuid& id, store::FindDone done) override;
    base::Result<std::int64_t> count() override { return under_.count(); }
    base::Result<void> reach() override;
    base::Result<std::size_t> trim(base::WallTime oldest, std::size_t outcomes_max) override {
        return under_.trim(oldest, outcomes_max);
    }
    [[nodiscard]] bool is_distant() const override { return is_distant_; }

    // Gives one of the answers that are late, by chance; false when there are none.
    bool answer(base::Random& random);

  private:
    using Found = base::Result<std::optional<store::StoredOutcome>>;
    struct Late {
        store::FindDone done;
        Found found;
    };

    Found look_up(const base::Uuid& id);

    store::OutcomeStore& under_;
    StoreFaults& faults_;
    const bool is_distant_;
    const std::function<void(std::chrono::microseconds)> stall_;
    std::deque<Late> late_;
};

}  // namespace flightcast::simulation
