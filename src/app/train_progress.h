// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

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

    void starts(TrainStep step) override;
    void read(const dataset::LoadProgress& progress) override;
    void grew(std::size_t trees_done, std::size_t trees) override;

    // The steps so far and how long each took; the one that goes on, until now.
    [[nodiscard]] std::vector<std::pair<std::string, double>> seconds() const;

  private:
    [[nodiscard]] double seconds_of_step() const;
    // `done` of `all`, of the part `share` of the work; "trees" or "flights" after the rate.
    void show(double share, std::size_t done, const std::string& of_all, const char* unit);

    const base::Clock& clock_;
    const bool on_terminal_;
    std::vector<std::pair<std::string, double>> done_;
    std::optional<TrainStep> step_;
    base::SteadyTime step_start_;
    int tenths_ = 0;  // of the step, that were shown
};

}  // namespace flightcast::app
