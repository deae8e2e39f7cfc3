// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>

#include "base/result.h"
#include "eventlog/replay.h"
#include "gateway/endpoints.h"
#include "gateway/net/server.h"

namespace flightcast::gateway {

struct GatewayOptions {
    EndpointOptions endpoints;
    net::ServerOptions server;
};

// Where clients meet the log: takes flights over HTTP, follows outcomes and pushes each to the
// clients that joined it over Socket.IO, serves the pages and the operators' addresses. One thread,
// that of run(), does all of it.
//
// Thread-safety: one thread constructs and runs it; shut_down() may be called from any.
class Gateway {
  public:
    // Listens; Errc::io names the address when it cannot. Requests are taken as soon as it runs;
    // outcomes arrive, and it is ready, after follow().
    [[nodiscard]] static base::Result<std::unique_ptr<Gateway>> open(
        EndpointParts parts, GatewayOptions options
    );
    ~Gateway();

    // Begins to read outcomes, from a replay that was opened with replay_options(). Any thread,
    // once.
    void follow(eventlog::Replay outcomes);
    [[nodiscard]] const eventlog::ReplayOptions& replay_options() const;

    // The same of arrivals and their evaluations, with open_arrivals(), or why there are
    // none. Any thread, once.
    void follow_arrivals(ArrivalReplays replays);
    void turn_off_arrivals(std::string why);

    // The port it listens on.
    [[nodiscard]] std::uint16_t port() const;

    // Works until shut_down() has finished. REQUIRES: the log's threads have ended, or no call of
    // theirs is under way any more, before the gateway is destroyed.
    void run();

    // Any thread. New connections use this certificate. REQUIRES: the server was opened with one.
    void set_tls(std::shared_ptr<const net::TlsContext> tls);

    // Any thread. From now on requests and new connections must bring these tokens; those that are
    // open stay. Empty: as EndpointOptions says.
    void set_tokens(std::string token, std::string admin_token);

    // Any thread. Runs `task` on the thread of run(), soon: proof that it works.
    void when_free(std::move_only_function<void()> task);

    // Takes no flight and, once what is due is pushed to those who wait for it (half of the
    // server's drain_timeout at most), no new connection; finishes what is under way (drain_timeout
    // at most) and ends run().
    void shut_down();

  private:
    struct Wiring;
    explicit Gateway(std::unique_ptr<Wiring> wiring);
    std::unique_ptr<Wiring> wiring_;
};

}  // namespace flightcast::gateway
