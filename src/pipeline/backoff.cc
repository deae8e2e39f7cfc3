// SPDX-License-Identifier: Apache-2.0
#include "pipeline/backoff.h"

#include <algorithm>

#include "base/check.h"

namespace flightcast::pipeline {

Backoff::Backoff(BackoffOptions options)
    : options_(options), pause_(options.min), random_(options.seed) {
    FC_CHECK(options.min.count() >= 1);
    FC_CHECK(options.max >= options.min);
}

base::SteadyTime Backoff::fail(base::SteadyTime now) {
    ++failures_;
    const std::chrono::microseconds most = pause_;
    const auto less =
        static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(most.count() / 2)));
    pause_ = std::min(pause_ * 2, options_.max);
    return now + most - std::chrono::microseconds(less);
}

void Backoff::succeed() {
    pause_ = options_.min;
    failures_ = 0;
}

}  // namespace flightcast::pipeline
