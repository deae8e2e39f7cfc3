// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/recent_map.h"
#include "base/uuid.h"
#include "gateway/accept/acceptor.h"
#include "gateway/delivery/deliveries.h"
#include "gateway/engineio/server.h"
#include "gateway/net/options.h"
#include "gateway/original/push.h"
#include "gateway/socketio/options.h"
#include "telemetry/metrics.h"

namespace flightcast::gateway::operations {

// The gateway's numbers: submissions, pushes, the time from one to the other, and the counts of its
// parts.
//
// Thread-safety: the I/O thread only.
class GatewayMetrics {
  public:
    GatewayMetrics(telemetry::Metrics& metrics, const base::Clock& clock);

    void submitted(
        accept::Fate fate, const std::optional<base::Uuid>& id, std::chrono::microseconds took
    );
    void pushed(original::Push push, const std::optional<base::Uuid>& id);

    // The counts of the gateway's parts.
    struct Sources {
        const net::Counters& server;
        const engineio::Counters& sessions;
        const socketio::Counters& sockets;
        const delivery::Deliveries& deliveries;
    };

    // Takes over the counts so far.
    void publish(const Sources& sources);

  private:
    struct Gauges {
        explicit Gauges(telemetry::Metrics& metrics);
        telemetry::Gauge http;
        telemetry::Gauge websocket;
        telemetry::Gauge polling;
        telemetry::Gauge waiters;
        telemetry::Gauge cache_bytes;
    };

    template <auto last>
    using CounterFor = std::array<telemetry::Counter, static_cast<std::size_t>(last) + 1>;

    const base::Clock& clock_;
    CounterFor<accept::Fate::unknown> submissions_;
    CounterFor<original::Push::invalid_join> pushes_;
    telemetry::Histogram accept_;
    telemetry::Histogram total_;
    const std::array<telemetry::Counter, 5> responses_;        // 1xx to 5xx
    const std::array<telemetry::Counter, 6> protocol_errors_;  // by the code of the protocol
    const Gauges gauges_;
    std::vector<telemetry::Counter> totals_;  // see the table in the .cc
    base::RecentMap<base::Uuid, base::SteadyTime> accepted_;
};

}  // namespace flightcast::gateway::operations
