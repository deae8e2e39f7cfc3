// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/limits.h"
#include "base/random.h"
#include "base/result.h"
#include "eventlog/event_log.h"
#include "eventlog/replay.h"
#include "flight/active_routes.h"
#include "flight/time_zone.h"
#include "flight/topic_set.h"
#include "gateway/delivery/deliveries.h"
#include "gateway/net/event_loop.h"
#include "gateway/net/server.h"
#include "gateway/original/event_names.h"
#include "gateway/socketio/server.h"
#include "gateway/web/pages.h"
#include "store/outcome_store.h"
#include "telemetry/health.h"
#include "telemetry/log.h"
#include "telemetry/metrics.h"

namespace flightcast::gateway {

struct GatewayOptions {
    flight::TopicSet topics;
    eventlog::ReplayOptions replay;  // of outcomes
    flight::TimeZone zone;
    std::string secret;              // what ids are made from under an Idempotency-Key
    std::filesystem::path web_root;  // empty: none
    std::chrono::microseconds accept_timeout = base::limits::kAcceptTimeout;
    delivery::DeliveryOptions delivery;
    socketio::Options socketio;
    net::ServerOptions server;
    original::EventNames event_names{};
    std::string token{};  // that clients must bring; empty: none
};

// What a gateway works with. All of it outlives the gateway.
struct GatewayParts {
    eventlog::EventLog& log;
    store::OutcomeStore* store;  // null: none, so that what left the cache is gone
    const flight::ActiveRoutes& routes;
    web::FindBuiltIn find_page;
    std::function<std::string()>
        model_json;  // of the model in use; none: this process has no model
    const base::Clock& clock;
    base::Random& random;
    telemetry::Metrics& metrics;
    telemetry::Health& health;
    telemetry::Logger logger;
    // What is wrong with the log, for those whose flights it does not take; none: nobody knows.
    std::function<std::optional<base::Error>()> log_trouble{};
};

// Where clients meet the log: takes flights over HTTP, follows outcomes and pushes each to those
// who joined it over Socket.IO, serves the pages and what operators ask. One thread, that of run(),
// does all of it.
//
// Thread-safety: one thread constructs and runs it; shut_down() may be called from any.
class Gateway {
  public:
    // Listens; Errc::io names the address when it cannot. Requests are taken as soon as it runs;
    // outcomes come, and it is ready, after follow().
    [[nodiscard]] static base::Result<std::unique_ptr<Gateway>> open(
        GatewayParts parts, GatewayOptions options
    );
    ~Gateway();

    // Begins to read outcomes, from a replay that was opened with replay_options(). Any thread,
    // once.
    void follow(eventlog::Replay outcomes);
    [[nodiscard]] const eventlog::ReplayOptions& replay_options() const;

    // The port it listens on.
    [[nodiscard]] std::uint16_t port() const;

    // Works until shut_down() has finished. REQUIRES: the log's threads have ended, or no call of
    // theirs is under way any more, before the gateway is destroyed.
    void run();

    // Any thread. New connections use this certificate. REQUIRES: the server was opened with one.
    void set_tls(std::shared_ptr<const net::TlsContext> tls);

    // Takes no flight and, once what is due is pushed to those who wait for it (half of the
    // server's drain_timeout at most), no new connection; finishes what is under way (drain_timeout
    // at most) and ends run().
    void shut_down();

  private:
    struct Machine;
    explicit Gateway(std::unique_ptr<Machine> machine);
    std::unique_ptr<Machine> machine_;
};

}  // namespace flightcast::gateway
