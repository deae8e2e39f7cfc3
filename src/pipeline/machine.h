// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "base/clock.h"

namespace flightcast::pipeline {

// Something that works when it is stepped, and says when it wants to be stepped again. It has no
// thread and no clock: a StepThread drives it in the program, a test or a simulation elsewhere.
//
// Thread-safety: one thread at a time.
class Machine {
  public:
    virtual ~Machine() = default;

    // Does what there is to do at `now`. Returns when to step again: `now` or earlier for at once,
    // SteadyTime::max() for not before the wake-up. REQUIRES: !has_ended().
    [[nodiscard]] virtual base::SteadyTime step(base::SteadyTime now) = 0;

    // Begins nothing new; steps go on until has_ended(), which is so at `deadline` at the latest.
    virtual void end_by(base::SteadyTime deadline) = 0;
    [[nodiscard]] virtual bool has_ended() const = 0;

    // `wake` is called, on any thread, when a step may find something to do before it is due. It
    // must be cheap. An empty one removes it, and is not running any more when this returns.
    virtual void on_wake(std::function<void()> wake) = 0;
};

}  // namespace flightcast::pipeline
