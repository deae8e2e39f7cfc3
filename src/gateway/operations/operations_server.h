// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "base/clock.h"
#include "base/result.h"
#include "gateway/http/router.h"
#include "gateway/net/event_loop.h"
#include "gateway/net/server.h"
#include "telemetry/health.h"
#include "telemetry/metrics.h"

namespace flightcast::gateway::operations {

// The loop of a process without clients of its own, such as a scorer: /livez, /readyz and /metrics
// on a port, when it has one.
//
// Thread-safety: one thread opens and runs it; shut_down() from any.
class OperationsServer {
  public:
    // Without `options` nothing is listened on. Errc::io names the address that cannot be used.
    // REQUIRES: everything passed by reference outlives the server.
    [[nodiscard]] static base::Result<std::unique_ptr<OperationsServer>> open(
        const telemetry::Health& health,
        telemetry::Metrics& metrics,
        const base::Clock& clock,
        const std::optional<net::ServerOptions>& options
    );

    // The port listened on; nothing without one.
    [[nodiscard]] std::optional<std::uint16_t> port() const;

    // Any thread. Runs `task` on the thread of run(), soon: proof that it works.
    void when_free(net::EventLoop::Task task) { loop_->post(std::move(task)); }

    void run() { loop_->run(); }
    void shut_down() { loop_->stop(); }

  private:
    explicit OperationsServer(std::unique_ptr<net::EventLoop> loop) : loop_(std::move(loop)) {}

    std::unique_ptr<net::EventLoop> loop_;
    http::Router router_;
    std::unique_ptr<net::Server> server_;
};

}  // namespace flightcast::gateway::operations
