// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <set>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "store/outcome_store.h"

namespace flightcast::store::memory {

// Outcomes in memory, for tests and simulation.
//
// Thread-safety: any thread may call any member.
class MemoryStore final : public OutcomeStore {
  public:
    // REQUIRES: `clock` outlives the store.
    explicit MemoryStore(const base::Clock& clock) : clock_(clock) {}

    base::Result<std::vector<Refusal>> put(const std::vector<flight::Outcome>& outcomes) override;
    void find(const base::Uuid& id, FindDone done) override;
    base::Result<std::int64_t> count() override;
    base::Result<void> reach() override { return {}; }
    base::Result<std::size_t> trim(base::WallTime oldest, std::size_t outcomes_max) override;
    [[nodiscard]] bool is_distant() const override { return false; }

    // The next `count` calls of put fail and store nothing, as when the engine is away.
    void fail_puts(std::size_t count);

    // Every put() refuses the prediction of `id` for good.
    void refuse_prediction_of(const base::Uuid& id);

  private:
    struct Stored {
        flight::Outcome outcome;
        base::WallTime at;
    };

    const base::Clock& clock_;
    std::mutex mutex_;
    std::map<std::pair<base::Uuid, flight::OutcomeKind>, Stored> outcomes_;  // guarded by mutex_
    std::size_t puts_to_fail_ = 0;                                           // guarded by mutex_
    std::set<base::Uuid> refused_;                                           // guarded by mutex_
};

}  // namespace flightcast::store::memory
