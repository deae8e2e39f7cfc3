// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "app/train_run.h"
#include "base/clock.h"

namespace flightcast::app {

// Shows how far a training is, on standard error: a bar with rate and time left on a terminal, a
// line per step and per tenth of the trees elsewhere.
//
// Thread-safety: one call at a time.
class TrainProgress final : public TrainListener {
  public:
    explicit TrainProgress(const base::Clock& clock);

    void starts(const std::string& step) override;
    void grew(std::size_t trees_done, std::size_t trees) override;

  private:
    void draw_bar(std::size_t trees_done, std::size_t trees) const;

    const base::Clock& clock_;
    const bool on_terminal_;
    std::string step_;
    base::SteadyTime step_start_;
};

}  // namespace flightcast::app
