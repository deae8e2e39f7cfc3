// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/clock.h"
#include "store/outcome_store.h"
#include "telemetry/metrics.h"

namespace flightcast::app::serve {

// Any store, with the time of its calls and its errors counted.
//
// Thread-safety: any thread may call any member.
class MeasuredStore final : public store::OutcomeStore {
  public:
    // REQUIRES: `clock` and `metrics` outlive the store and the last look-up.
    MeasuredStore(
        std::unique_ptr<store::OutcomeStore> inner,
        const base::Clock& clock,
        telemetry::Metrics& metrics
    );

    base::Result<std::vector<store::Refusal>> put(
        const std::vector<flight::Outcome>& outcomes
    ) override;
    void find(const base::Uuid& id, store::FindDone done) override;
    base::Result<std::int64_t> count() override { return inner_->count(); }
    base::Result<void> reach() override { return inner_->reach(); }
    base::Result<std::size_t> trim(base::WallTime oldest, std::size_t outcomes_max) override;
    [[nodiscard]] bool is_distant() const override { return inner_->is_distant(); }

  private:
    struct Call {
        telemetry::Histogram seconds;
        telemetry::Counter errors;

        void note(bool succeeded, base::SteadyTime::duration took) const;
    };
    static Call call_of(telemetry::Metrics& metrics, const char* name);

    const std::unique_ptr<store::OutcomeStore> inner_;
    const base::Clock& clock_;
    const Call put_;
    const Call find_;
    const Call trim_;
};

}  // namespace flightcast::app::serve
