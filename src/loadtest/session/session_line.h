// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/random.h"
#include "base/result.h"
#include "base/uuid.h"
#include "loadtest/net/tcp_line.h"
#include "loadtest/session/socketio_server.h"
#include "loadtest/session/socketio_session.h"

namespace flightcast::loadtest::session {

enum class Transport : std::uint8_t {
    websocket,  // From the start, as one of the original's two clients does.
    polling,    // Long-polling, for ever.
    upgrade,    // Long-polling first, then a websocket, as the official client does.
};

// The settings that all sessions of a run share. It lives as long as they do.
struct SessionSetup {
    net::EventLoop& loop;
    base::Random& random;
    const SocketIoServer& server;
};

// Whom a session tells. Both may open, close and join.
struct SessionCallbacks {
    std::function<void(const SocketEvent&)> on_event;
    std::function<void(const base::Error&)> on_closed;  // The session is over.
};

// A Socket.IO session on an event loop, over one of the transports.
//
// Thread-safety: the loop's thread only.
class SessionLine {
  public:
    virtual ~SessionLine() = default;

    // Ends the session that there is without a word, and starts a new one;
    // SocketEvent::Kind::connected says when it stands.
    virtual void open(const net::Route& route) = 0;

    // Drops the connections, as a client that loses its network; no callback follows.
    virtual void close() = 0;

    [[nodiscard]] virtual bool is_connected() const = 0;

    // REQUIRES: is_connected().
    virtual void join(const base::Uuid& id) = 0;
};

[[nodiscard]] std::unique_ptr<SessionLine> make_session_line(
    Transport transport, const SessionSetup& setup, SessionCallbacks callbacks
);

}  // namespace flightcast::loadtest::session
