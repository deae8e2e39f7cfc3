// SPDX-License-Identifier: Apache-2.0
#include "gateway/operations/operations_server.h"

#include "gateway/operations/operations.h"

namespace flightcast::gateway::operations {

base::Result<std::unique_ptr<OperationsServer>> OperationsServer::open(
    const telemetry::Health& health,
    telemetry::Metrics& metrics,
    const base::Clock& clock,
    const std::optional<net::ServerOptions>& options
) {
    FC_TRY(std::unique_ptr<net::EventLoop> loop, net::EventLoop::create(clock));
    std::unique_ptr<OperationsServer> opened(new OperationsServer(std::move(loop)));
    add_operations(opened->router_, health, metrics);
    if (!options) return opened;
    FC_TRY(
        opened->server_, net::Server::listen(*opened->loop_, {.web = opened->router_}, *options)
    );
    return opened;
}

std::optional<std::uint16_t> OperationsServer::port() const {
    if (server_ == nullptr) return std::nullopt;
    return server_->port();
}

}  // namespace flightcast::gateway::operations
