// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "loadtest/ledger.h"
#include "loadtest/options.h"
#include "loadtest/session/session_line.h"

namespace flightcast::loadtest {

// The Socket.IO sessions of a run. One that ends is opened again and joins the requests whose
// outcome it lacks, as the page does; so do all after a storm, in which all lose their connections.
//
// Thread-safety: the loop's thread only.
class Sessions {
  public:
    struct Callbacks {
        std::function<void(ClientId, const session::SocketEvent&)>
            on_event;                                       // None of Kind::connected.
        std::function<void(const base::Error&)> on_closed;  // One ended that had stood.
        // One stands again: so long after it was lost.
        std::function<void(std::chrono::microseconds)> on_back;
    };

    // REQUIRES: the arguments passed by reference live as long as this.
    Sessions(
        const LoadOptions& options, net::EventLoop& loop, base::Random& random, Callbacks callbacks
    );
    ~Sessions();

    // Opens `count` sessions, from the options' local addresses in turn. invalid_argument or
    // unavailable when that cannot be done.
    [[nodiscard]] base::Result<void> open(std::uint32_t count, const net::Endpoint& server);

    // Waits for the outcome of `id` on that session: now, or when it is back.
    void join(ClientId client, const base::Uuid& id);

    // The session is not owed that outcome any more.
    void settle(ClientId client, const base::Uuid& id);

    // All drop their connections and return. False, and nothing happens, while any is still
    // away.
    bool storm();

  private:
    struct Session;

    void add(std::uint32_t number, const net::Endpoint& server);
    void open_next();
    void on_event(Session& session, const session::SocketEvent& event);
    void on_connected(Session& session);
    void on_closed(Session& session, const base::Error& reason);

    const LoadOptions& options_;
    net::EventLoop& loop_;
    const session::SocketIoServer server_;
    const session::SessionSetup setup_;
    const Callbacks callbacks_;
    std::vector<std::unique_ptr<Session>> sessions_;
    std::vector<Session*> to_open_;  // The last first.
    std::size_t connected_ = 0;
    bool are_open_ = false;  // All have stood.
    std::optional<base::Error> failure_;
};

// A local address for each of many connections: the options' in turn, each but the port.
[[nodiscard]] net::Route route_for(
    std::uint64_t number, const net::Endpoint& server, const LoadOptions& options
);

}  // namespace flightcast::loadtest
