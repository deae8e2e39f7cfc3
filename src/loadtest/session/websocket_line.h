// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "loadtest/session/session_line.h"
#include "loadtest/session/socketio_client.h"

namespace flightcast::loadtest::session {

// A session that is a websocket from the start.
class WebsocketLine final : public SessionLine, private net::TcpLine::Owner {
  public:
    // REQUIRES: `setup` lives as long as this.
    WebsocketLine(const SessionSetup& setup, SessionCallbacks callbacks);

    void open(const net::Route& route) override;
    void close() override;
    [[nodiscard]] bool is_connected() const override { return client_ && client_->is_connected(); }
    void join(const base::Uuid& id) override;

  private:
    void on_open() override { flush(); }
    void on_bytes(std::string_view bytes) override;
    void on_closed(const base::Error& reason) override;
    void flush();

    const SessionSetup& setup_;
    const SessionCallbacks callbacks_;
    net::TcpLine line_;
    std::optional<SocketIoClient> client_;
};

}  // namespace flightcast::loadtest::session
