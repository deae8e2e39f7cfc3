// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "base/clock.h"
#include "replay/player.h"

namespace flightcast::app::replay {

// Shows how far a replay is, on standard error: one line that is drawn again and again on a
// terminal, a line now and then elsewhere.
//
// Thread-safety: one thread.
class ReplayProgress {
  public:
    explicit ReplayProgress(const base::Clock& clock);

    void read(std::size_t flights, double share);
    void played(const flightcast::replay::Progress& progress);

    // A line of its own between those of the progress.
    void say(const std::string& line);

    void finish();

  private:
    void draw(const std::string& line);
    [[nodiscard]] bool is_due();

    const base::Clock& clock_;
    const bool on_terminal_;
    base::SteadyTime next_;
    base::SteadyTime last_;  // when `flights_` had been asked about
    std::size_t flights_ = 0;
    bool is_drawn_ = false;
};

}  // namespace flightcast::app::replay
