// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <optional>

#include "base/clock.h"
#include "base/result.h"

namespace flightcast::pipeline {

// The result of one step.
enum class Step {
    worked,       // there may be more: step again
    idle,         // nothing to do until the wake-up
    waiting,      // publishes are under way: step again when one completed
    holding,      // records are held until they are due: step again at retry_at()
    backing_off,  // something failed: step again at retry_at()
    fenced,       // another instance has this one's place: stop for good
};

// The unit that a worker steps: a stage (stage.h) or a feed (feed.h). It owns no thread and reads
// no clock.
//
// Thread-safety: one thread at a time; completions and wake-ups may come on another.
class Part {
  public:
    virtual ~Part() = default;

    [[nodiscard]] virtual Step step(base::SteadyTime now) = 0;

    // Called instead of step() while the part must not work yet: it keeps the place it has.
    virtual void attend() {}

    // When to step again after Step::holding and Step::backing_off.
    [[nodiscard]] virtual base::SteadyTime retry_at() const = 0;

    // Why the part is backing off or fenced; stays until its work succeeds again.
    [[nodiscard]] virtual const std::optional<base::Error>& trouble() const = 0;

    // Failures since the last success.
    [[nodiscard]] virtual std::size_t failures() const = 0;

    // Whether its last step found as much as it takes at once: then its pace does not hold it up.
    [[nodiscard]] virtual bool is_behind() const { return false; }

    // Publishes that have not completed yet.
    [[nodiscard]] virtual std::size_t in_flight() const { return 0; }

    // As eventlog::Reader::on_ready().
    virtual void on_ready(std::function<void()> wake) = 0;
};

}  // namespace flightcast::pipeline
