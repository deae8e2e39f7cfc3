// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"
#include "loadtest/net/http_response.h"
#include "loadtest/session/socketio_server.h"
#include "loadtest/session/websocket_frames.h"

namespace flightcast::loadtest::session {

// The Engine.IO packets of one websocket: handshake, frames, and the websocket's own pings. Bytes
// in, packets out, and the other way round. Owns no socket.
//
// Thread-safety: one thread only.
class WebsocketStream {
  public:
    // Of the session `sid`, or of a new one when that is empty. The handshake is in take_output()
    // at once. REQUIRES: `random` lives as long as this.
    WebsocketStream(const SocketIoServer& server, std::string_view sid, base::Random& random);

    // Adds bytes of the server.
    void append(std::string_view bytes);

    // The next packet in them, borrowed until this is used again; nothing when more bytes are
    // needed. An error is the end of the stream: its reason, for people.
    [[nodiscard]] base::Result<std::optional<std::string_view>> next();

    // Whether the server has taken the handshake.
    [[nodiscard]] bool is_open() const { return is_open_; }

    void send(std::string_view packet);

    // The bytes to send since the last call.
    [[nodiscard]] std::string take_output();

  private:
    [[nodiscard]] base::Result<void> finish_handshake();

    base::Random& random_;
    std::string expected_accept_;
    bool is_open_ = false;
    net::HttpResponseReader handshake_;
    WebsocketReader frames_;
    std::string output_;
};

}  // namespace flightcast::loadtest::session
