// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/deadlines.h"
#include "base/result.h"
#include "gateway/net/connection.h"
#include "gateway/net/event_loop.h"
#include "gateway/net/options.h"

namespace flightcast::gateway::net {

// The services that answer. REQUIRES: both outlive the server.
struct Services {
    http::Service& web;
    websocket::Endpoint* endpoint = nullptr;  // takes the requests of its path
};

// An HTTP/1.1 and websocket server on one port and one thread.
//
// Thread-safety: the loop's thread only.
class Server final : public Watcher, public Timed {
  public:
    // Binds and listens. Errors: already_exists, when the port is in use; invalid_argument, when
    // the host is no address of this machine; io for the rest. REQUIRES: `loop` outlives the
    // server, and every Respond that was handed out.
    [[nodiscard]] static base::Result<std::unique_ptr<Server>> listen(
        EventLoop& loop, Services services, ServerOptions options
    );

    // Use listen().
    class Key;
    Server(Key key, EventLoop& loop, Services services, ServerOptions options, int listen_fd);
    ~Server() override;
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] Counters counters() const;

    // Connections from now on use this certificate; those that are open keep theirs. REQUIRES: the
    // server was opened with one.
    void set_tls(std::shared_ptr<const TlsContext> tls);

    // Accepts no more, closes websockets with 1001, lets requests in work finish, and calls `done`
    // when no connection is left, after drain_timeout at the latest.
    void drain(std::move_only_function<void()> done);

    void on_ready(std::uint32_t events, base::SteadyTime now) override;
    std::optional<base::SteadyTime> next_deadline() const override;
    void expire(base::SteadyTime now) override;
    void flush(base::SteadyTime now) override;
    void sweep() override;

  private:
    friend class Connection;
    class Ticket;

    void accept_one(int fd, std::string remote, base::SteadyTime now);
    void bound_half_open(base::SteadyTime now);
    bool drop_silent(base::SteadyTime now);
    void pause_accepting(int error, base::SteadyTime now);
    void stop_listening();
    void respond(
        ConnectionId connection, http::ExchangeId exchange, const http::Response& response
    );
    http::Respond make_respond(ConnectionId connection, http::ExchangeId exchange);
    void bury(Connection& connection);
    std::string_view date(base::SteadyTime now);

    EventLoop& loop_;
    const Services services_;
    const ServerOptions options_;
    int listen_fd_;
    std::uint16_t port_ = 0;
    std::shared_ptr<const TlsContext> tls_;  // null: plain HTTP
    bool accepting_ = false;
    bool draining_ = false;
    std::uint64_t last_connection_ = 0;
    std::uint64_t last_exchange_ = 0;
    base::SteadyTime accept_again_ = base::kNoDeadline;
    base::SteadyTime drain_until_ = base::kNoDeadline;
    std::move_only_function<void()> drained_;
    std::unordered_map<ConnectionId, std::unique_ptr<Connection>> connections_;
    std::set<ConnectionId> half_open_;  // no request has arrived yet; the oldest first
    http::RateLimiter requests_;
    std::vector<std::unique_ptr<Connection>> buried_;
    std::vector<ConnectionId> dirty_;
    base::Deadlines<Connection, &Connection::deadline> deadlines_;
    std::vector<char> read_buffer_;  // one for all: nothing stays in it between events
    std::string date_;
    base::SteadyTime date_until_{};
    Counters counters_;
    std::shared_ptr<Server*> self_;  // empty for answers after the server's end
};

}  // namespace flightcast::gateway::net
