// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/uuid.h"
#include "loadtest/session/socketio_server.h"

namespace flightcast::loadtest::session {

// A server's message about one request, or that the session stands.
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

// A Socket.IO v5 client in an Engine.IO v4 session, over whatever brings its packets: CONNECT to
// `/`, heartbeat, join, and the events of a prediction. Packets in; packets and events out. Owns no
// socket and reads no clock; it leaves it to its user to notice a silent server.
//
// Thread-safety: one thread only.
class SocketIoSession {
  public:
    // REQUIRES: `server` lives as long as this.
    explicit SocketIoSession(const SocketIoServer& server) : server_(server) {}

    // Takes one Engine.IO packet, as text. An error is the end of the session: its reason, for
    // people.
    [[nodiscard]] base::Result<void> receive(std::string_view packet);

    // Asks for the outcome of `id`. REQUIRES: is_connected().
    void join(const base::Uuid& id);

    [[nodiscard]] bool is_connected() const { return phase_ == Phase::connected; }

    // The server's id of the session; empty before it is known.
    [[nodiscard]] const std::string& sid() const { return sid_; }

    // The events and the packets to send since the last call.
    [[nodiscard]] std::vector<SocketEvent> take_events();
    [[nodiscard]] std::vector<std::string> take_packets();

  private:
    enum class Phase : std::uint8_t { opening, connecting, connected };

    [[nodiscard]] base::Result<void> on_open(std::string_view packet);
    [[nodiscard]] base::Result<void> on_socket_packet(std::string_view packet);
    [[nodiscard]] base::Result<SocketEvent> read_event(std::string_view json) const;

    const SocketIoServer& server_;
    Phase phase_ = Phase::opening;
    std::string sid_;
    std::vector<SocketEvent> events_;
    std::vector<std::string> packets_;
};

}  // namespace flightcast::loadtest::session
