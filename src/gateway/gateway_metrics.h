// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <optional>

#include "base/clock.h"
#include "base/recent_map.h"
#include "base/uuid.h"
#include "gateway/push.h"
#include "gateway/submissions.h"
#include "telemetry/metrics.h"

namespace flightcast::gateway {

// The gateway's numbers: submissions, pushes, and how long it took from one to the other.
//
// Thread-safety: the I/O thread only.
class GatewayMetrics {
  public:
    GatewayMetrics(telemetry::Metrics& metrics, const base::Clock& clock);

    void submitted(
        SubmissionOutcome outcome,
        const std::optional<base::Uuid>& id,
        std::chrono::microseconds took
    );
    void pushed(Push push, const base::Uuid& id);

  private:
    const base::Clock& clock_;
    std::array<telemetry::Counter, 4> submissions_;  // by SubmissionOutcome
    std::array<telemetry::Counter, 3> pushes_;       // by Push
    telemetry::Histogram accept_;
    telemetry::Histogram total_;
    base::RecentMap<base::Uuid, base::SteadyTime> accepted_;
};

}  // namespace flightcast::gateway
