// SPDX-License-Identifier: Apache-2.0
#include "loadtest/sessions.h"

#include <algorithm>
#include <utility>

namespace flightcast::loadtest {

using namespace std::chrono_literals;
using base::Errc;
using base::fail;
using base::Result;
using base::SteadyTime;

namespace {

constexpr std::size_t kOpeningMax = 256;  // Sessions that are being opened at one time.
constexpr auto kOpenTimeout = 60s;        // For all sessions.
constexpr auto kReopenDelay = 200ms;

}  // namespace

// One simulated user.
struct Sessions::Session {
    Session(Sessions& sessions, ClientId client, net::Route way)
        : id(client),
          route(way),
          line(
              session::make_session_line(
                  sessions.options_.transport,
                  sessions.setup_,
                  {.on_event = [&sessions, this](
                                   const session::SocketEvent& event
                               ) { sessions.on_event(*this, event); },
                   .on_closed = [&sessions, this](
                                    const base::Error& reason
                                ) { sessions.on_closed(*this, reason); }}
              )
          ),
          reopening(sessions.loop_, [this] { line->open(route); }) {}

    const ClientId id;
    const net::Route route;
    const std::unique_ptr<session::SessionLine> line;
    net::Timer reopening;
    std::vector<base::Uuid> owed;  // Joined, no outcome yet.
    SteadyTime lost_at{};
    bool stands = false;
};

net::Route route_for(
    std::uint64_t number, const net::Endpoint& server, const LoadOptions& options
) {
    net::Route route{.to = server};
    if (!options.local_addresses.empty()) {
        route.from = options.local_addresses[number % options.local_addresses.size()];
    }
    return route;
}

Sessions::Sessions(
    const LoadOptions& options, net::EventLoop& loop, base::Random& random, Callbacks callbacks
)
    : options_(options),
      loop_(loop),
      server_{
          .authority = options.target.authority(),
          .path = options.socketio_path,
          .token = options.token,
          .names = options.names
      },
      setup_{.loop = loop, .random = random, .server = server_},
      callbacks_(std::move(callbacks)) {}

Sessions::~Sessions() = default;

Result<void> Sessions::open(std::uint32_t count, const net::Endpoint& server) {
    sessions_.reserve(count);
    for (std::uint32_t number = 0; number < count; ++number) add(number, server);
    for (const auto& session : sessions_) to_open_.push_back(session.get());
    for (std::size_t i = 0; i < kOpeningMax; ++i) open_next();
    const SteadyTime deadline = loop_.now() + kOpenTimeout;
    while (connected_ < count && !failure_ && loop_.now() < deadline) loop_.wait(1s);
    if (failure_) return std::unexpected(*failure_);
    if (connected_ < count) {
        return fail(
            Errc::unavailable,
            "only " + std::to_string(connected_) + " of " + std::to_string(count) +
                " Socket.IO sessions could be opened at http://" + server_.authority +
                " within 60 s"
        );
    }
    are_open_ = true;
    return {};
}

void Sessions::add(std::uint32_t number, const net::Endpoint& server) {
    sessions_.push_back(
        std::make_unique<Session>(*this, ClientId{number}, route_for(number, server, options_))
    );
}

void Sessions::open_next() {
    if (to_open_.empty()) return;
    Session& session = *to_open_.back();
    to_open_.pop_back();
    session.line->open(session.route);
}

void Sessions::join(ClientId client, const base::Uuid& id) {
    Session& session = *sessions_[client.value()];
    session.owed.push_back(id);
    if (session.line->is_connected()) session.line->join(id);
}

void Sessions::settle(ClientId client, const base::Uuid& id) {
    std::vector<base::Uuid>& owed = sessions_[client.value()]->owed;
    const auto found = std::ranges::find(owed, id);
    if (found == owed.end()) return;
    *found = owed.back();
    owed.pop_back();
}

bool Sessions::storm() {
    if (connected_ < sessions_.size()) return false;
    const SteadyTime now = loop_.now();
    for (const auto& session : sessions_) {
        session->line->close();
        session->stands = false;
        session->lost_at = now;
        to_open_.push_back(session.get());
    }
    connected_ = 0;
    for (std::size_t i = 0; i < kOpeningMax; ++i) open_next();
    return true;
}

void Sessions::on_event(Session& session, const session::SocketEvent& event) {
    if (event.kind == session::SocketEvent::Kind::connected) return on_connected(session);
    callbacks_.on_event(session.id, event);
}

void Sessions::on_connected(Session& session) {
    session.stands = true;
    ++connected_;
    if (are_open_) callbacks_.on_back(loop_.now() - session.lost_at);
    for (const base::Uuid& id : session.owed) session.line->join(id);
    open_next();
}

void Sessions::on_closed(Session& session, const base::Error& reason) {
    if (!are_open_) {
        if (!failure_) failure_ = reason;
        return;
    }
    if (std::exchange(session.stands, false)) {
        --connected_;
        session.lost_at = loop_.now();
        callbacks_.on_closed(reason);
    }
    session.reopening.set(loop_.now() + kReopenDelay);
}

}  // namespace flightcast::loadtest
