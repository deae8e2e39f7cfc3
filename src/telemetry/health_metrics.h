// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "telemetry/health.h"
#include "telemetry/metrics.h"

namespace flightcast::telemetry {

// From now on each text of `metrics` tells of every check of `health` whether it fails.
// REQUIRES: `health` outlives the last text, and `metrics` itself.
void add_health_metrics(Metrics& metrics, const Health& health);

}  // namespace flightcast::telemetry
