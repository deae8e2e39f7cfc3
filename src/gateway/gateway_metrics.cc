// SPDX-License-Identifier: Apache-2.0
#include "gateway/gateway_metrics.h"

#include <cstddef>

namespace flightcast::gateway {
namespace {

// How many accepted requests are remembered until their outcome is pushed.
constexpr std::size_t kUnderWayMax = 16'384;

}  // namespace

GatewayMetrics::GatewayMetrics(telemetry::Metrics& metrics, const base::Clock& clock)
    : clock_(clock),
      submissions_{
          metrics.counter(telemetry::kRequests, "accepted"),
          metrics.counter(telemetry::kRequests, "invalid"),
          metrics.counter(telemetry::kRequests, "full"),
          metrics.counter(telemetry::kRequests, "unknown")
      },
      pushes_{
          metrics.counter(telemetry::kPushes, "prediction_ready"),
          metrics.counter(telemetry::kPushes, "prediction_failed"),
          metrics.counter(telemetry::kPushes, "timeout")
      },
      accept_(metrics.histogram(telemetry::kStageSeconds, "accept")),
      total_(metrics.histogram(telemetry::kStageSeconds, "total")),
      accepted_(kUnderWayMax) {}

void GatewayMetrics::submitted(
    SubmissionOutcome outcome, const std::optional<base::Uuid>& id, std::chrono::microseconds took
) {
    submissions_[static_cast<std::size_t>(outcome)].add();
    if (!id) return;
    accept_.observe(took);
    accepted_.add(*id, clock_.steady_now());
}

void GatewayMetrics::pushed(Push push, const base::Uuid& id) {
    pushes_[static_cast<std::size_t>(push)].add();
    if (push == Push::timeout) return;
    if (const auto accepted = accepted_.take(id)) total_.observe(clock_.steady_now() - *accepted);
}

}  // namespace flightcast::gateway
