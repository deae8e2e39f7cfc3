// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <ctime>
#include <optional>
#include <string>
#include <vector>

#include "app/train/train_run.h"
#include "base/clock.h"

namespace flightcast::app::train {

// The cost of a step of a training.
struct StepTime {
    std::string step;  // "grow"
    double seconds = 0;
    double cpu_seconds = 0;  // of all threads
};

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

    // The steps so far; of the one that goes on, what it took until now.
    [[nodiscard]] std::vector<StepTime> steps() const;

  private:
    [[nodiscard]] double seconds_of_step() const;
    [[nodiscard]] StepTime time_of_step() const;
    // `done` of `all`, of the part `share` of the work; "trees" or "flights" after the rate.
    void show(double share, std::size_t done, const std::string& of_all, const char* unit);

    const base::Clock& clock_;
    const bool on_terminal_;
    std::vector<StepTime> done_;
    std::optional<TrainStep> step_;
    base::SteadyTime step_start_;
    std::clock_t step_start_cpu_ = 0;
    int tenths_ = 0;  // of the step, that were shown
};

}  // namespace flightcast::app::train
