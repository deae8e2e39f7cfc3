// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "base/clock.h"
#include "eventlog/event_log.h"
#include "pipeline/stage_spec.h"
#include "pipeline/step_thread.h"
#include "pipeline/worker.h"
#include "telemetry/log.h"
#include "telemetry/metrics.h"

namespace flightcast::app::serve {

// Tells the lag of groups that work in other processes, on a thread of its own: so a gateway tells
// it also when a group has no member left.
//
// Thread-safety: one thread constructs and destroys it.
class LagWatch {
  public:
    // REQUIRES: everything passed by reference, and the log of `logger`, outlives the watch.
    LagWatch(
        eventlog::EventLog& log,
        std::vector<pipeline::StageSpec> stages,
        telemetry::Metrics& metrics,
        const base::Clock& clock,
        telemetry::Logger logger
    );
    ~LagWatch();
    LagWatch(const LagWatch&) = delete;
    LagWatch& operator=(const LagWatch&) = delete;

  private:
    const std::vector<pipeline::StageSpec> stages_;
    pipeline::Worker worker_;
    pipeline::StepThread thread_;
};

}  // namespace flightcast::app::serve
