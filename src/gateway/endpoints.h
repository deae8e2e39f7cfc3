// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "arrival/source_ranks.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/random.h"
#include "base/result.h"
#include "eventlog/event_log.h"
#include "eventlog/replay.h"
#include "flight/active_routes.h"
#include "flight/airports/airport_table.h"
#include "flight/calendar/time_zone.h"
#include "flight/topics/topic_set.h"
#include "gateway/accept/acceptor.h"
#include "gateway/api/model_desk.h"
#include "gateway/arrival_replays.h"
#include "gateway/delivery/deliveries.h"
#include "gateway/http/service.h"
#include "gateway/net/options.h"
#include "gateway/original/event_names.h"
#include "gateway/socketio/options.h"
#include "gateway/web/pages.h"
#include "gateway/websocket/endpoint.h"
#include "history/history_desk.h"
#include "performance/performance_json.h"
#include "store/outcome_store.h"
#include "telemetry/health.h"
#include "telemetry/log.h"
#include "telemetry/metrics.h"
#include "telemetry/problem_book.h"
#include "tracing/tracer.h"

namespace flightcast::gateway {

struct EndpointOptions {
    flight::TopicSet topics;
    eventlog::ReplayOptions replay;  // of outcomes
    flight::TimeZone zone;
    std::string secret;              // what ids are made from under an Idempotency-Key
    std::filesystem::path web_root;  // empty: none
    std::chrono::microseconds accept_timeout = base::limits::kAcceptTimeout;
    delivery::DeliveryOptions delivery;
    socketio::Options socketio;
    original::EventNames event_names{};
    std::string token{};                   // that clients must bring; empty: none
    std::string admin_token{};             // for lists of arrivals; empty: nobody may send them
    bool accept_event_time = false;        // whether clients tell when things happened
    arrival::SourceRanks arrival_ranks{};  // of the sources of arrivals
};

// The parts that the endpoints use. All of them outlive the endpoints.
struct EndpointParts {
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
    // What the evaluator of this process could not judge; none: it is in another one.
    std::function<std::optional<performance::Unjudged>()> unjudged{};
    history::AskDaySums day_sums{};  // of the store; none: no store keeps them
    api::ModelDesk models{};         // the registry of models; with a member missing there is none
    std::shared_ptr<const flight::AirportTable> airports{};  // null: regions are unknown
    // The last warnings and errors, for GET /api/v1/status; none: there is no status.
    std::function<std::vector<telemetry::Problem>()> problems{};
    std::string role{};                 // of this process, for the same
    tracing::Tracer* tracer = nullptr;  // null: nothing is traced
};

// All that clients meet, without a socket, a thread or an event loop: requests and websockets come
// in as calls of web() and sockets(), times as arguments, and answers of the log's and the store's
// threads through `post`. A gateway puts it on a port (gateway.h); a simulation calls
// it.
//
// Thread-safety: the I/O thread only, which runs what is posted.
class Endpoints {
  public:
    // `post` brings tasks from any thread to the I/O thread, in their order. Errors: those of the
    // log; invalid_argument for a path of Socket.IO that something else has. REQUIRES: `post` works
    // until the endpoints are gone and no call of the log's or the store's threads is under way.
    [[nodiscard]] static base::Result<std::unique_ptr<Endpoints>> open(
        EndpointParts parts, EndpointOptions options, accept::Post post
    );
    ~Endpoints();

    // Who answers requests, and who those of Socket.IO's path.
    [[nodiscard]] http::Service& web();
    [[nodiscard]] websocket::Endpoint& sockets();

    // Begins to read outcomes, once, from a replay that was opened with replay_options(). Ready as
    // soon as all is read that was there before.
    void follow(eventlog::Replay outcomes);
    [[nodiscard]] const eventlog::ReplayOptions& replay_options() const;

    // The same of arrivals and their evaluations, once, or why there are none; until then figures
    // say that.
    void follow_arrivals(ArrivalReplays replays);
    void turn_off_arrivals(std::string why);

    // The tokens from now on, as EndpointOptions has them.
    void set_tokens(std::string_view token, std::string_view admin_token);

    // Takes over the counts of the connections; the rest is counted here.
    void publish(const net::Counters& connections);

    // The gateway goes away: it is not ready and takes no flight any more, and requests with
    // ?wait= are answered by `waits_end`.
    void leave(base::SteadyTime waits_end);

    // Whether a client waits for a flight that was accepted here, or is yet to learn whether its
    // own is.
    [[nodiscard]] bool has_due() const;

    // Besides those of sockets().
    [[nodiscard]] std::optional<base::SteadyTime> next_deadline() const;
    void expire(base::SteadyTime now);

  private:
    struct Machines;
    explicit Endpoints(std::unique_ptr<Machines> machines);

    std::unique_ptr<Machines> machines_;
};

}  // namespace flightcast::gateway
