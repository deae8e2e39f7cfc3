// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/clock.h"
#include "performance/performance.h"
#include "telemetry/metrics.h"

namespace flightcast::gateway {

// Publishes the figures of each model over the 24 hours before `end`, as far as there are enough
// flights for them. The I/O thread only.
void publish_performance(
    const performance::Performance& performance, base::WallTime end, telemetry::Metrics& metrics
);

}  // namespace flightcast::gateway
