// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/engineio/handler.h"
#include "gateway/socketio/event.h"
#include "gateway/socketio/message.h"
#include "gateway/socketio/rooms.h"

namespace flightcast::gateway::socketio {

// One client in one namespace. References are valid during the callback that got them; what is to
// be remembered is the id().
//
// Thread-safety: the I/O thread only.
class Socket {
  public:
    // The sockets of one client, in its namespaces.
    using Siblings = std::vector<Socket*>;

    // REQUIRES: `siblings` lives until the socket has left.
    Socket(
        Namespace& name_space,
        SocketId id,
        std::string sid,
        engineio::SessionId session,
        Siblings& siblings
    )
        : namespace_(name_space),
          id_(id),
          sid_(std::move(sid)),
          session_(session),
          siblings_(siblings) {}
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;

    [[nodiscard]] SocketId id() const { return id_; }

    // The id that the client knows; also the name of a room with this socket alone.
    [[nodiscard]] const std::string& sid() const { return sid_; }

    // False after the client or we have left; then everything below does nothing.
    [[nodiscard]] bool connected() const { return connected_; }

    // False when the socket is in as many rooms as it may.
    bool join(std::string_view room);
    void leave(std::string_view room);
    [[nodiscard]] bool in(std::string_view room) const;
    [[nodiscard]] std::size_t rooms() const { return memberships_.size(); }

    // `args_json`: JSON texts joined by commas: R"({"room":"x"})".
    void emit(
        std::string_view event, std::string_view args_json = "", Attachments attachments = {}
    );

    // Does nothing when the client does not keep up just now.
    void emit_volatile(std::string_view event, std::string_view args_json = "");

    // Calls `handler` once: with the client's answer, when `deadline` has passed, or when the
    // client leaves. False, without a call: too many are waiting.
    bool emit_with_ack(
        std::string_view event,
        std::string_view args_json,
        base::SteadyTime deadline,
        AckHandler handler,
        Attachments attachments = {}
    );

    // Leaves the namespace and tells the client; its connection stays.
    void disconnect();

    // Closes the client's connection, and so all its sockets.
    void close();

  private:
    friend class Broadcast;
    friend class Namespace;
    friend class Rooms;
    friend class Server;

    struct PendingAck {
        base::SteadyTime deadline;
        AckHandler handler;
    };

    // False, and nothing is kept, when too many wait.
    bool await_ack(std::uint64_t id, base::SteadyTime deadline, AckHandler handler);

    Namespace& namespace_;
    const SocketId id_;
    const std::string sid_;
    const engineio::SessionId session_;
    Siblings& siblings_;
    bool connected_ = true;
    std::uint64_t mark_ = 0;  // the broadcast that has dealt with this socket
    std::vector<Rooms::Membership> memberships_;
    std::unique_ptr<std::map<std::uint64_t, PendingAck>> acks_;  // there when needed
};

}  // namespace flightcast::gateway::socketio
