// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "base/clock.h"

namespace flightcast::app::predict {

// Shows how far a prediction of files is, on standard error: one line that is drawn again and again
// on a terminal, a line now and then elsewhere.
//
// Thread-safety: one thread.
class PredictProgress {
  public:
    explicit PredictProgress(const base::Clock& clock);

    void scored(std::size_t rows);

    // A line of its own between those of the progress.
    void say(const char* line);

    void finish();

  private:
    void draw(base::SteadyTime now);

    const base::Clock& clock_;
    const bool on_terminal_;
    const base::SteadyTime start_;
    base::SteadyTime next_;
    std::size_t rows_ = 0;
    bool drawn_ = false;
};

}  // namespace flightcast::app::predict
