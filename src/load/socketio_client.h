// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "base/uuid.h"
#include "load/http_response.h"
#include "load/websocket_frames.h"

namespace flightcast::load {

// What a server told a client about one request, or that the session stands.
struct SocketEvent {
    enum class Kind : std::uint8_t {
        connected,
        joined,             // `id` is the room.
        prediction_ready,   // `id` is the UUID of the record,
        prediction_failed,  // or the request_id; nil when the server named none that is valid.
        other,
    };
    Kind kind = Kind::other;
    base::Uuid id{};
    bool is_final = true;  // False: a failure that only ends the wait.

    bool operator==(const SocketEvent&) const = default;
};

// A Socket.IO v5 client on an Engine.IO v4 session that is a websocket from the start: handshake,
// CONNECT to `/`, heartbeat, join, and the events of a prediction. Bytes in; bytes and events out.
// Owns no socket and reads no clock; it leaves it to its user to notice a silent server.
//
// Thread-safety: one thread only.
class SocketIoClient {
  public:
    // `authority` is the Host of the server. The handshake is in output() at once.
    SocketIoClient(std::string_view authority, base::Random& random);

    // Takes what the server sent. An error is the end of the session: its reason, for people.
    [[nodiscard]] base::Result<void> receive(std::string_view bytes);

    // Asks for the outcome of `id`. REQUIRES: is_connected().
    void join(const base::Uuid& id);

    [[nodiscard]] bool is_connected() const { return phase_ == Phase::connected; }

    // The events since the last call, and the bytes to send since the last call.
    [[nodiscard]] std::vector<SocketEvent> take_events();
    [[nodiscard]] std::string take_output();

  private:
    enum class Phase : std::uint8_t { handshake, opening, connecting, connected };

    [[nodiscard]] base::Result<bool> finish_handshake();
    [[nodiscard]] base::Result<void> on_message(const WebsocketMessage& message);
    [[nodiscard]] base::Result<void> on_engine_packet(std::string_view packet);
    [[nodiscard]] base::Result<void> on_socket_packet(std::string_view packet);
    void send_text(std::string_view text);

    base::Random& random_;
    std::string expected_accept_;
    Phase phase_ = Phase::handshake;
    HttpResponseReader handshake_;
    WebsocketReader frames_;
    std::vector<SocketEvent> events_;
    std::string output_;
};

}  // namespace flightcast::load
