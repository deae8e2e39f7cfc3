// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "eventlog/forwarding_log_testing.h"
#include "simulation.h"

namespace flightcast::simulation {

// The log as a process sees it: a distant one leaves it no work to do. With
// Bug::positions_before_outputs, members of the scorer's group commit their positions at once and
// append their outputs with the next poll, what a log must never do.
class FaultyLog final : public eventlog::ForwardingLog {
  public:
    // REQUIRES: `log` outlives it.
    FaultyLog(eventlog::EventLog& log, Shape shape, Bug bug)
        : ForwardingLog(log), shape_(shape), bug_(bug) {}

    [[nodiscard]] eventlog::Embedded* embedded() override {
        return shape_ == Shape::embedded ? log().embedded() : nullptr;
    }
    base::Result<std::unique_ptr<eventlog::GroupReader>> join_group(
        eventlog::GroupOptions options
    ) override;

  private:
    const Shape shape_;
    const Bug bug_;
};

}  // namespace flightcast::simulation
