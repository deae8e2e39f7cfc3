// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"
#include "base/uuid.h"
#include "load/socketio_client.h"
#include "load/tcp_line.h"

namespace flightcast::load {

// A Socket.IO session on an event loop.
//
// Thread-safety: the loop's thread only.
class SocketLine final : private TcpLine::Owner {
  public:
    using OnEvent = std::function<void(const SocketEvent&)>;
    using OnClosed = std::function<void(const base::Error& reason)>;

    // `random` is borrowed for the life of this.
    SocketLine(EventLoop& loop, base::Random& random, OnEvent, OnClosed);

    // Starts a new session; SocketEvent::Kind::connected says when it stands.
    void open(const Route& route, std::string_view authority);

    [[nodiscard]] bool is_connected() const { return client_ && client_->is_connected(); }

    // REQUIRES: is_connected().
    void join(const base::Uuid& id);

  private:
    void on_open() override;
    void on_bytes(std::string_view bytes) override;
    void on_closed(const base::Error& reason) override;
    void flush();

    base::Random& random_;
    const OnEvent on_event_;
    const OnClosed on_closed_;
    TcpLine line_;
    std::optional<SocketIoClient> client_;
};

}  // namespace flightcast::load
