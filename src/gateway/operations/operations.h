// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/http/router.h"
#include "telemetry/health.h"
#include "telemetry/metrics.h"

namespace flightcast::gateway::operations {

// Adds the operators' addresses: /livez and /readyz (200 or 503, with each check's
// reason) and /metrics (Prometheus). REQUIRES: `health` and `metrics` outlive the router.
void add_operations(
    http::Router& router, const telemetry::Health& health, telemetry::Metrics& metrics
);

}  // namespace flightcast::gateway::operations
