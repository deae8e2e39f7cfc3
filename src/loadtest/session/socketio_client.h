// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "base/uuid.h"
#include "loadtest/session/socketio_session.h"
#include "loadtest/session/websocket_stream.h"

namespace flightcast::loadtest::session {

// A Socket.IO session that is a websocket from the start. Bytes in; bytes and events out.
//
// Thread-safety: one thread only.
class SocketIoClient {
  public:
    // The handshake is in output() at once. REQUIRES: `server` and `random` live as long as this.
    SocketIoClient(const SocketIoServer& server, base::Random& random)
        : stream_(server, {}, random), session_(server) {}

    // Takes bytes from the server. An error is the end of the session: its reason, for people.
    [[nodiscard]] base::Result<void> receive(std::string_view bytes);

    // Asks for the outcome of `id`. REQUIRES: is_connected().
    void join(const base::Uuid& id) { session_.join(id); }

    [[nodiscard]] bool is_connected() const { return session_.is_connected(); }

    // The events since the last call, and the bytes to send since the last call.
    [[nodiscard]] std::vector<SocketEvent> take_events() { return session_.take_events(); }
    [[nodiscard]] std::string take_output();

  private:
    void send_packets();

    WebsocketStream stream_;
    SocketIoSession session_;
};

}  // namespace flightcast::loadtest::session
