// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/deadlines.h"
#include "base/random.h"
#include "gateway/engineio/server.h"
#include "gateway/socketio/namespace.h"
#include "gateway/socketio/options.h"

namespace flightcast::gateway::socketio {

// A Socket.IO v5 server without sockets and clock, on an Engine.IO server of its own. Give engine()
// to net::Server, add handlers to the namespaces, emit.
//
// Strict: input that the protocol forbids closes the connection. Differs from the official server
// in that `42` without a payload, number event names and ack ids over 64 bits are refused, and that
// all attachments of a packet together are bounded and must arrive in time.
//
// Thread-safety: the I/O thread only.
class Server final : private engineio::Handler {
  public:
    // REQUIRES: `random` outlives the server.
    Server(Options options, base::Random& random);
    ~Server() override;
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    // The namespace of that name ("/" or "/custom"), made when it is new. Clients can only connect
    // to those that were made. The reference is valid as long as the server.
    Namespace& of(std::string_view name);

    [[nodiscard]] engineio::Server& engine() { return engine_; }
    [[nodiscard]] const Options& options() const { return options_; }
    [[nodiscard]] Counters counters() const;

  private:
    // A packet whose attachments are still coming.
    struct Pending {
        std::string text;
        std::size_t missing = 0;
        std::size_t bytes = 0;
        std::vector<std::string> attachments;
    };

    // One Engine.IO session.
    struct Client {
        engineio::SessionId session;
        std::string remote;
        std::vector<Socket*> sockets;
        std::unique_ptr<Pending> pending;
        base::SteadyTime deadline = base::kNoDeadline;  // to connect, or for the attachments
    };

    void on_open(
        engineio::SessionId id, const http::Request& handshake, base::SteadyTime now
    ) override;
    void on_message(
        engineio::SessionId id,
        websocket::MessageKind kind,
        std::string_view data,
        base::SteadyTime now
    ) override;
    void on_close(engineio::SessionId id, std::string_view reason, base::SteadyTime now) override;
    void on_flush() override;
    std::optional<base::SteadyTime> next_deadline() const override;
    void expire(base::SteadyTime now) override;

    bool on_text(Client& client, std::string_view text, base::SteadyTime now);
    bool on_attachment(Client& client, std::string_view data, base::SteadyTime now);
    bool begin_pending(
        Client& client, const Packet& packet, std::string_view text, base::SteadyTime now
    );
    bool on_packet(Client& client, const Packet& packet, Attachments attachments);
    bool on_connect(Client& client, const Packet& packet);
    void refuse(const Client& client, std::string_view name_space, std::string_view json);
    void reject(const Client& client, base::SteadyTime now);
    static Socket* socket_in(Client& client, std::string_view name_space);

    const Options options_;
    Counters counters_;
    engineio::Server engine_;
    engineio::SecretIds secret_ids_;
    std::uint64_t last_socket_ = 0;
    std::map<std::string, std::unique_ptr<Namespace>, std::less<>> namespaces_;
    std::unordered_map<engineio::SessionId, std::unique_ptr<Client>> clients_;
    base::Deadlines<Client, &Client::deadline> deadlines_;
    std::vector<std::unique_ptr<Client>> graveyard_;
};

}  // namespace flightcast::gateway::socketio
