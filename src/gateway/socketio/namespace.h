// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "gateway/engineio/server.h"
#include "gateway/socketio/event.h"
#include "gateway/socketio/message.h"
#include "gateway/socketio/options.h"
#include "gateway/socketio/packet.h"
#include "gateway/socketio/rooms.h"
#include "gateway/socketio/socket.h"

namespace flightcast::gateway::socketio {

// Whom an emit goes to. Made by Namespace::to() and used at once:
//     ns.to("a").to("b").except("c").emit("news", R"({"n":1})");
// Rooms' names are borrowed until then. A socket in several of the rooms gets it once.
class Broadcast {
  public:
    explicit Broadcast(Namespace& name_space) : namespace_(name_space) {}

    Broadcast& to(std::string_view room);
    Broadcast& except(std::string_view room);

    // Clients that do not keep up are left out.
    Broadcast& as_volatile();

    // Encodes once and sends to all. `args_json`: JSON texts joined by commas.
    void emit(
        std::string_view event, std::string_view args_json = "", Attachments attachments = {}
    ) const;

    // Calls `handler` once: when all recipients have answered, left, or let `deadline` pass. A
    // client with too many unanswered emits already counts as missing.
    void emit_with_ack(
        std::string_view event,
        std::string_view args_json,
        base::SteadyTime deadline,
        BroadcastAckHandler handler
    ) const;

  private:
    friend class Namespace;

    Namespace& namespace_;
    std::vector<std::string_view> rooms_;  // none: everybody
    std::vector<std::string_view> except_;
    bool volatile_ = false;
};

// The sockets, rooms and handlers of one namespace. Handlers are called on the I/O thread and may
// call everything here.
//
// Thread-safety: the I/O thread only.
class Namespace {
  public:
    using Middleware = std::function<std::optional<ConnectError>(const Handshake&)>;
    using ConnectHandler = std::function<void(Socket&, std::string_view auth_json)>;
    using EventHandler = std::function<void(Socket&, const Event&)>;
    using DisconnectHandler = std::function<void(Socket&, std::string_view reason)>;

    Namespace(
        std::string name, engineio::Server& engine, const Options& options, Counters& counters
    );
    Namespace(const Namespace&) = delete;
    Namespace& operator=(const Namespace&) = delete;

    // Middlewares are asked in the order they were added; the first refusal counts.
    void use(Middleware middleware) { middlewares_.push_back(std::move(middleware)); }

    // `auth_json` is "{}" when the client sent none. Called before anything else the client sends.
    void on_connect(ConnectHandler handler) { on_connect_ = std::move(handler); }

    // One handler for each event name.
    void on_event(std::string event, EventHandler handler);

    // For events without a handler of their own.
    void on_any_event(EventHandler handler) { on_any_event_ = std::move(handler); }

    // The socket is still in its rooms, but gets nothing any more.
    void on_disconnect(DisconnectHandler handler) { on_disconnect_ = std::move(handler); }

    [[nodiscard]] Broadcast to(std::string_view room) {
        return std::move(Broadcast(*this).to(room));
    }
    void emit(
        std::string_view event, std::string_view args_json = "", Attachments attachments = {}
    ) {
        Broadcast(*this).emit(event, args_json, attachments);
    }

    // These do nothing, and say so, when the socket has left.
    bool emit_to(SocketId socket, std::string_view event, std::string_view args_json = "");
    bool join(SocketId socket, std::string_view room);
    void leave(SocketId socket, std::string_view room);
    void disconnect(SocketId socket);

    [[nodiscard]] Socket* find(SocketId socket) const;
    [[nodiscard]] std::size_t size() const { return sockets_.size(); }
    [[nodiscard]] std::size_t rooms() const { return rooms_.size(); }
    [[nodiscard]] std::size_t room_size(std::string_view room) const;
    [[nodiscard]] const std::string& name() const { return name_; }

  private:
    friend class Ack;
    friend class Broadcast;
    friend class Server;
    friend class Socket;

    // For the Server.
    [[nodiscard]] std::optional<ConnectError> check(const Handshake& handshake) const;
    Socket& add(
        SocketId id, std::string sid, engineio::SessionId session, Socket::Siblings& siblings
    );
    void remove(Socket& socket, std::string_view reason);
    void dispatch(Socket& socket, const Packet& packet, Attachments attachments);
    void take_ack(Socket& socket, const Packet& packet, Attachments attachments);
    [[nodiscard]] std::optional<base::SteadyTime> next_deadline() const;
    void expire(base::SteadyTime now);
    void sweep() { graveyard_.clear(); }

    void send(const Socket& socket, const Message& message);
    void acknowledge(
        SocketId socket, std::string_view id, std::string_view args_json, Attachments parts
    );
    [[nodiscard]] std::span<Socket* const> receivers(const Broadcast& to);
    void add_receivers(std::string_view room);
    void add_receiver(Socket& socket);
    void deliver(const Socket& socket, const Message& message, bool is_volatile);

    const std::string name_;
    engineio::Server& engine_;
    const Options& options_;
    Counters& counters_;
    std::vector<Middleware> middlewares_;
    ConnectHandler on_connect_;
    std::unordered_map<std::string, EventHandler> on_event_;
    EventHandler on_any_event_;
    DisconnectHandler on_disconnect_;
    std::unordered_map<SocketId, std::unique_ptr<Socket>> sockets_;
    std::unordered_map<std::string_view, Socket*> by_sid_;  // keys are in the sockets
    Rooms rooms_;
    std::uint64_t last_mark_ = 0;
    std::vector<Socket*> receivers_;  // of the emit under way
    std::uint64_t next_ack_ = 0;
    std::set<std::tuple<base::SteadyTime, SocketId, std::uint64_t>> ack_deadlines_;
    std::vector<std::unique_ptr<Socket>> graveyard_;
};

}  // namespace flightcast::gateway::socketio
