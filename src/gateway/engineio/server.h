// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/deadlines.h"
#include "base/random.h"
#include "gateway/engineio/handler.h"
#include "gateway/engineio/options.h"
#include "gateway/engineio/packet.h"
#include "gateway/engineio/secret_id.h"
#include "gateway/engineio/session.h"
#include "gateway/http/origin/origin_policy.h"
#include "gateway/websocket/endpoint.h"

namespace flightcast::gateway::engineio {

// Counts for /metrics. The first two are as of now, the others since the start.
struct Counters {
    std::uint64_t polling_sessions = 0;
    std::uint64_t websocket_sessions = 0;
    std::uint64_t opened = 0;
    std::uint64_t upgrades = 0;
    std::uint64_t upgrades_failed = 0;
    std::uint64_t ping_timeouts = 0;
    std::uint64_t overflows = 0;  // sessions closed because the client did not read its messages
    std::uint64_t messages_in = 0;
    std::uint64_t messages_out = 0;
    std::uint64_t sessions_refused = 0;     // by sessions_max
    std::uint64_t upgrades_refused = 0;     // by upgrades_max
    std::uint64_t handshakes_limited = 0;   // by handshake_rate
    std::array<std::uint64_t, 6> errors{};  // answers by error code
};

// The errors of the protocol; the number is on the wire.
enum class ErrorCode : std::uint8_t {
    unknown_transport = 0,
    unknown_sid = 1,
    bad_handshake_method = 2,
    bad_request = 3,
    forbidden = 4,
    unsupported_version = 5,
};

// An Engine.IO v4 server without sockets and clock: sessions over long polling and websocket, the
// upgrade from one to the other, heartbeats, limits.
//
// Inputs are the calls of websocket::Endpoint (made by the connections) and send() and close()
// (made by the application); outputs are answers through Respond, frames through Link, and the
// Handler's calls. Answers to polls are put out by flush(), so that all that one batch of work
// emits leaves together.
//
// Where the official server is questionable this one differs: an upgrade request of a wrong version
// is refused before the 101 and not after it, a close packet on a websocket closes at once, a body
// announced as too large is refused before it is read, the heartbeat goes on during and after an
// upgrade, two POSTs at once cost the session but not the connection of the first, and pages of
// other origins are refused unless allowed.
//
// Thread-safety: the I/O thread only.
class Server final : public websocket::Endpoint {
  public:
    // REQUIRES: `handler` and `random` outlive the server; connections are gone before it is.
    Server(Options options, Handler& handler, base::Random& random);

    // Sends a message or another packet: the payload of a text frame begins with the
    // packet's digit ("4..." for a message), that of a binary frame is the message itself. Never
    // calls back. Does nothing for a session that is not open.
    void send(SessionId session, const websocket::Frame& frame);

    // Whether the session is open and would put out a message now: it has a websocket that keeps
    // up, or a poll waits.
    [[nodiscard]] bool writable(SessionId session) const;

    // Sends the queued messages and a close packet, and ends the session. Calls Handler::on_close.
    void close(SessionId session, std::string_view reason, base::SteadyTime now);

    // close() at the next flush, for callers in the middle of something. Never calls back.
    void close_soon(SessionId session);

    [[nodiscard]] Counters counters() const;
    [[nodiscard]] const Options& options() const { return options_; }

    bool owns(std::string_view path) const override {
        return path.starts_with(options_.path) &&
               std::ranges::find(options_.excluded_paths, path) == options_.excluded_paths.end();
    }
    http::Admission admit(
        const http::Request& head, http::ExchangeId exchange, base::SteadyTime now
    ) override;
    void handle(
        http::Request request,
        http::ExchangeId exchange,
        http::Respond respond,
        base::SteadyTime now
    ) override;
    void abandoned(http::ExchangeId exchange, base::SteadyTime now) override;
    http::Response refuse(
        const http::Request& head, unsigned status, std::string_view why
    ) override;
    std::optional<http::Response> verify_upgrade(
        const http::Request& request, base::SteadyTime now
    ) override;
    std::unique_ptr<websocket::Peer> open(
        const http::Request& request, websocket::Link& link, base::SteadyTime now
    ) override;
    std::size_t message_bytes_max() const override { return options_.max_payload; }
    void flush(base::SteadyTime now) override;
    void close_all(base::SteadyTime now) override;
    std::optional<base::SteadyTime> next_deadline() const override;
    void expire(base::SteadyTime now) override;

  private:
    friend class WebSocketPeer;

    // The query of a request to this server.
    struct Parameters {
        std::string transport;
        std::string sid;
        bool has_sid = false;
        std::string version;
    };

    static Parameters parameters_of(const http::Request& request);

    enum class Way : std::uint8_t { request, upgrade };  // how a client connects

    // Why a request is not served.
    struct Refusal {
        ErrorCode code{};
        unsigned status = 400;
        std::string message{};  // empty: that of the code
        bool later = false;     // whether it may be tried again soon
    };

    // Requests (server.cc)
    std::optional<ErrorCode> verify(
        const http::Request& request, const Parameters& parameters, Way way
    ) const;
    std::optional<Refusal> verify_handshake(
        const http::Request& request, const Parameters& parameters, base::SteadyTime now
    );
    std::optional<Refusal> judge(
        const http::Request& request, const Parameters& parameters, Way way, base::SteadyTime now
    );
    http::Response error(const Refusal& refusal, const http::Request& request, Way way);
    std::optional<http::Response> begin_post(
        Session& session, const http::Request& head, http::ExchangeId exchange, base::SteadyTime now
    );
    void take_post(Session& session, std::string_view body, base::SteadyTime now);
    void take_poll(Session& session, Poll poll, base::SteadyTime now);
    void answer_poll(Session& session, std::string_view payload);
    void answer_poll_with_queue(Session& session);

    // Sessions (sessions.cc)
    Session* find(SessionId id) const;
    Session* find(std::string_view sid) const;
    Session& create(Transport transport, base::SteadyTime now);
    std::string open_packet(const Session& session) const;
    void on_packet(Session& session, const Packet& packet, base::SteadyTime now);
    void on_pong(Session& session, base::SteadyTime now);
    void heard(Session& session, base::SteadyTime now);
    void end(
        Session& session,
        std::string_view reason,
        base::SteadyTime now,
        std::string_view last_payload = "1"
    );
    void forget(Session& session);
    void drop_wires(Session& session);
    void expire_session(Session& session, base::SteadyTime now);
    void end_if_overdue(std::string_view sid, base::SteadyTime now);

    // Websockets (websockets.cc)
    void on_peer_message(
        WebSocketPeer& peer,
        websocket::MessageKind kind,
        std::string_view data,
        base::SteadyTime now
    );
    void on_candidate_text(WebSocketPeer& peer, std::string_view data, base::SteadyTime now);
    void on_peer_closed(WebSocketPeer& peer, base::SteadyTime now);
    void switch_to(WebSocketPeer& peer, base::SteadyTime now);
    void drop_candidate(WebSocketPeer& peer);

    const Options options_;
    const http::OriginPolicy origins_;
    Handler& handler_;
    SecretIds secret_ids_;
    std::uint64_t last_id_ = 0;
    std::unordered_map<SessionId, std::unique_ptr<Session>> sessions_;
    std::unordered_map<std::string_view, Session*> by_sid_;      // keys are in the sessions
    std::unordered_map<http::ExchangeId, SessionId> exchanges_;  // polls and bodies under way
    base::Deadlines<Session, &Session::deadline> heartbeats_;
    base::Deadlines<WebSocketPeer, &WebSocketPeer::deadline> upgrades_;
    std::vector<SessionId> dirty_;
    http::RateLimiter handshakes_;
    std::size_t candidates_ = 0;  // websockets that want to take over a session
    bool leaving_ = false;        // after close_all: no new sessions
    std::vector<SessionId> overflowed_;
    std::vector<SessionId> unwanted_;                  // to be closed
    std::vector<std::unique_ptr<Session>> graveyard_;  // freed when no call is under way
    Counters counters_;
};

}  // namespace flightcast::gateway::engineio
