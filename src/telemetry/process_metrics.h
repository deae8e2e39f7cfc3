// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "telemetry/metrics.h"

namespace flightcast::telemetry {

// Adds the numbers of this process (memory, CPU time, open files), read from /proc whenever the
// metrics are asked for, and the build's. REQUIRES: called once.
void add_process_metrics(Metrics& metrics);

}  // namespace flightcast::telemetry
