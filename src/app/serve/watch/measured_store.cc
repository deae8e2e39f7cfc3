// SPDX-License-Identifier: Apache-2.0
#include "app/serve/watch/measured_store.h"

#include <utility>

namespace flightcast::app::serve {

using base::Result;
using base::SteadyTime;

void MeasuredStore::Call::note(bool succeeded, SteadyTime::duration took) const {
    seconds.observe(std::chrono::nanoseconds(took));
    if (!succeeded) errors.add();
}

MeasuredStore::Call MeasuredStore::call_of(telemetry::Metrics& metrics, const char* name) {
    return {
        .seconds = metrics.histogram(telemetry::kStoreSeconds, name),
        .errors = metrics.counter(telemetry::kStoreErrors, name)
    };
}

MeasuredStore::MeasuredStore(
    std::unique_ptr<store::OutcomeStore> inner,
    const base::Clock& clock,
    telemetry::Metrics& metrics
)
    : inner_(std::move(inner)),
      clock_(clock),
      put_(call_of(metrics, "put")),
      find_(call_of(metrics, "find")),
      trim_(call_of(metrics, "trim")) {}

Result<std::vector<store::Refusal>> MeasuredStore::put(
    const std::vector<flight::Outcome>& outcomes
) {
    const SteadyTime begin = clock_.steady_now();
    auto refused = inner_->put(outcomes);
    put_.note(refused.has_value(), clock_.steady_now() - begin);
    return refused;
}

// The answer may come on a thread of the store's, after this object is gone.
void MeasuredStore::find(const base::Uuid& id, store::FindDone done) {
    inner_->find(
        id,
        [call = find_, &clock = clock_, begin = clock_.steady_now(), done = std::move(done)](
            auto found
        ) mutable {
            call.note(found.has_value(), clock.steady_now() - begin);
            done(std::move(found));
        }
    );
}

Result<std::size_t> MeasuredStore::trim(base::WallTime oldest, std::size_t outcomes_max) {
    const SteadyTime begin = clock_.steady_now();
    auto removed = inner_->trim(oldest, outcomes_max);
    trim_.note(removed.has_value(), clock_.steady_now() - begin);
    return removed;
}

}  // namespace flightcast::app::serve
