// SPDX-License-Identifier: Apache-2.0
#include "gateway/operations/gateway_metrics.h"

#include <array>
#include <cstddef>

#include "base/enum_order.h"

namespace flightcast::gateway::operations {
namespace {

// How many accepted requests are remembered until their outcome is pushed.
constexpr std::size_t kUnderWayMax = 16'384;

telemetry::Counter responses(telemetry::Metrics& metrics, const char* status_class) {
    return metrics.counter(telemetry::kHttpResponses, status_class);
}

telemetry::Counter protocol_errors(telemetry::Metrics& metrics, const char* code) {
    return metrics.counter(telemetry::kEngineErrors, code);
}

// A total that a part counts itself.
using Sources = GatewayMetrics::Sources;
struct Total {
    telemetry::MetricSpec spec;
    const char* label;
    std::uint64_t (*value)(const Sources& sources);
};

constexpr std::array kTotals = {
    Total{
        telemetry::kDropped, "connections", [](const Sources& from) { return from.server.refused; }
    },
    Total{
        telemetry::kDropped,
        "half_open",
        [](const Sources& from) { return from.server.half_open_dropped; }
    },
    Total{
        telemetry::kDropped,
        "requests",
        [](const Sources& from) { return from.server.rate_limited; }
    },
    Total{
        telemetry::kDropped, "oversized", [](const Sources& from) { return from.server.oversized; }
    },
    Total{
        telemetry::kDropped,
        "volatile",
        [](const Sources& from) -> std::uint64_t { return from.sockets.volatile_dropped; }
    },
    Total{
        telemetry::kDropped,
        "slow_senders",
        [](const Sources& from) { return from.server.slow_senders; }
    },
    Total{
        telemetry::kDropped,
        "slow_readers",
        [](const Sources& from) { return from.server.slow_readers; }
    },
    Total{
        telemetry::kDropped,
        "sessions",
        [](const Sources& from) { return from.sessions.sessions_refused; }
    },
    Total{
        telemetry::kDropped,
        "handshakes",
        [](const Sources& from) { return from.sessions.handshakes_limited; }
    },
    Total{
        telemetry::kDropped,
        "upgrades",
        [](const Sources& from) { return from.sessions.upgrades_refused; }
    },
    Total{
        telemetry::kDropped,
        "slow_clients",
        [](const Sources& from) { return from.sessions.overflows; }
    },
    Total{telemetry::kSocketIo, "opened", [](const Sources& from) { return from.sessions.opened; }},
    Total{
        telemetry::kSocketIo, "upgraded", [](const Sources& from) { return from.sessions.upgrades; }
    },
    Total{
        telemetry::kSocketIo,
        "upgrade_failed",
        [](const Sources& from) { return from.sessions.upgrades_failed; }
    },
    Total{
        telemetry::kSocketIo,
        "ping_timeout",
        [](const Sources& from) { return from.sessions.ping_timeouts; }
    },
    Total{
        telemetry::kSocketIo,
        "received",
        [](const Sources& from) { return from.sessions.messages_in; }
    },
    Total{
        telemetry::kSocketIo, "sent", [](const Sources& from) { return from.sessions.messages_out; }
    },
    Total{
        telemetry::kSocketIo,
        "connected",
        [](const Sources& from) -> std::uint64_t { return from.sockets.connects; }
    },
    Total{
        telemetry::kSocketIo,
        "refused",
        [](const Sources& from) -> std::uint64_t { return from.sockets.connects_refused; }
    },
    Total{telemetry::kSocketIo, "malformed", [](const Sources& from) -> std::uint64_t {
              return from.sockets.malformed;
          }},
};

}  // namespace

GatewayMetrics::Gauges::Gauges(telemetry::Metrics& metrics)
    : http(metrics.gauge(telemetry::kConnections, "http")),
      websocket(metrics.gauge(telemetry::kConnections, "websocket")),
      polling(metrics.gauge(telemetry::kConnections, "polling")),
      waiters(metrics.gauge(telemetry::kWaiters)),
      cache_bytes(metrics.gauge(telemetry::kCacheBytes)) {}

// The counters of submissions and pushes stand in this order.
static_assert(base::is_enum_order(
    std::array{
        accept::Fate::accepted, accept::Fate::invalid, accept::Fate::full, accept::Fate::unknown
    }
));
static_assert(base::is_enum_order(
    std::array{
        original::Push::prediction_ready,
        original::Push::prediction_failed,
        original::Push::timeout,
        original::Push::too_many
    }
));

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
          metrics.counter(telemetry::kDropped, "waiters"),
          metrics.counter(telemetry::kPushes, "invalid_join")
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
      protocol_errors_{
          protocol_errors(metrics, "0"),
          protocol_errors(metrics, "1"),
          protocol_errors(metrics, "2"),
          protocol_errors(metrics, "3"),
          protocol_errors(metrics, "4"),
          protocol_errors(metrics, "5")
      },
      gauges_(metrics),
      accepted_(kUnderWayMax) {
    totals_.reserve(kTotals.size());
    for (const Total& total : kTotals) totals_.push_back(metrics.counter(total.spec, total.label));
}

void GatewayMetrics::submitted(
    accept::Fate fate, const std::optional<base::Uuid>& id, std::chrono::microseconds took
) {
    submissions_[static_cast<std::size_t>(fate)].add();
    if (!id) return;
    accept_.observe(took);
    accepted_.add(*id, clock_.steady_now());
}

void GatewayMetrics::pushed(original::Push push, const std::optional<base::Uuid>& id) {
    pushes_[static_cast<std::size_t>(push)].add();
    using original::Push;
    const bool is_outcome = push == Push::prediction_ready || push == Push::prediction_failed;
    if (!is_outcome || !id) return;
    if (const auto accepted = accepted_.take(*id)) total_.observe(clock_.steady_now() - *accepted);
}

void GatewayMetrics::publish(const Sources& sources) {
    gauges_.http.set(static_cast<double>(sources.server.connections));
    gauges_.websocket.set(static_cast<double>(sources.sessions.websocket_sessions));
    gauges_.polling.set(static_cast<double>(sources.sessions.polling_sessions));
    gauges_.waiters.set(static_cast<double>(sources.deliveries.waiters()));
    gauges_.cache_bytes.set(static_cast<double>(sources.deliveries.cache().bytes()));
    for (std::size_t i = 0; i < responses_.size(); ++i) {
        responses_[i].raise_to(static_cast<double>(sources.server.responses[i + 1]));
    }
    for (std::size_t i = 0; i < protocol_errors_.size(); ++i) {
        protocol_errors_[i].raise_to(static_cast<double>(sources.sessions.errors[i]));
    }
    for (std::size_t i = 0; i < kTotals.size(); ++i) {
        totals_[i].raise_to(static_cast<double>(kTotals[i].value(sources)));
    }
}

}  // namespace flightcast::gateway::operations
