// SPDX-License-Identifier: Apache-2.0
#include "gateway/gateway_metrics.h"

#include <cstddef>

namespace flightcast::gateway {
namespace {

// How many accepted requests are remembered until their outcome is pushed.
constexpr std::size_t kUnderWayMax = 16'384;

telemetry::Counter responses(telemetry::Metrics& metrics, const char* status_class) {
    return metrics.counter(telemetry::kHttpResponses, status_class);
}

}  // namespace

GatewayMetrics::Gauges::Gauges(telemetry::Metrics& metrics)
    : http(metrics.gauge(telemetry::kConnections, "http")),
      websocket(metrics.gauge(telemetry::kConnections, "websocket")),
      polling(metrics.gauge(telemetry::kConnections, "polling")),
      waiters(metrics.gauge(telemetry::kWaiters)),
      cache_bytes(metrics.gauge(telemetry::kCacheBytes)) {}

GatewayMetrics::Dropped::Dropped(telemetry::Metrics& metrics)
    : connections(metrics.counter(telemetry::kDropped, "connections")),
      sessions(metrics.counter(telemetry::kDropped, "sessions")),
      slow_clients(metrics.counter(telemetry::kDropped, "slow_clients")) {}

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
          metrics.counter(telemetry::kPushes, "timeout"),
          metrics.counter(telemetry::kDropped, "waiters")
      },
      accept_(metrics.histogram(telemetry::kStageSeconds, "accept")),
      total_(metrics.histogram(telemetry::kStageSeconds, "total")),
      responses_{
          responses(metrics, "1xx"),
          responses(metrics, "2xx"),
          responses(metrics, "3xx"),
          responses(metrics, "4xx"),
          responses(metrics, "5xx")
      },
      gauges_(metrics),
      dropped_(metrics),
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
    if (push == Push::timeout || push == Push::too_many) return;
    if (const auto accepted = accepted_.take(id)) total_.observe(clock_.steady_now() - *accepted);
}

void GatewayMetrics::publish(
    const net::Counters& server,
    const engineio::Counters& sessions,
    const delivery::Deliveries& deliveries
) {
    gauges_.http.set(static_cast<double>(server.connections));
    gauges_.websocket.set(static_cast<double>(sessions.websocket_sessions));
    gauges_.polling.set(static_cast<double>(sessions.polling_sessions));
    gauges_.waiters.set(static_cast<double>(deliveries.waiters()));
    gauges_.cache_bytes.set(static_cast<double>(deliveries.cache().bytes()));
    dropped_.connections.raise_to(static_cast<double>(server.refused));
    dropped_.sessions.raise_to(static_cast<double>(sessions.sessions_refused));
    dropped_.slow_clients.raise_to(static_cast<double>(sessions.overflows));
    for (std::size_t i = 0; i < responses_.size(); ++i) {
        responses_[i].raise_to(static_cast<double>(server.responses[i + 1]));
    }
}

}  // namespace flightcast::gateway
