// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "base/clock.h"
#include "base/random.h"

namespace flightcast::pipeline {

struct BackoffOptions {
    std::chrono::milliseconds min{20};  // REQUIRES: at least 1
    std::chrono::milliseconds max{5'000};
    std::uint64_t seed = 0;  // of the jitter
};

// The pauses between attempts: each twice as long as the one before, up to a bound, and up to half
// of it left to chance, so that not all who lost a broker come back to it at once.
class Backoff {
  public:
    explicit Backoff(BackoffOptions options);

    // Notes a failure at `now`; the end of the pause after it.
    base::SteadyTime fail(base::SteadyTime now);

    // The next pause is the shortest again.
    void succeed();

    // Failures since the last success.
    [[nodiscard]] std::size_t failures() const { return failures_; }

  private:
    const BackoffOptions options_;
    std::chrono::milliseconds pause_;
    std::size_t failures_ = 0;
    base::SeededRandom random_;
};

}  // namespace flightcast::pipeline
