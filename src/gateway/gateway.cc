// SPDX-License-Identifier: Apache-2.0
//
// Puts the parts together; each does its own work in its own file.
#include "gateway/gateway.h"

#include <algorithm>
#include <atomic>
#include <optional>
#include <utility>

#include "base/check.h"
#include "flight/document_json.h"
#include "gateway/accept/acceptor.h"
#include "gateway/accept/request_ids.h"
#include "gateway/access.h"
#include "gateway/api/api.h"
#include "gateway/delivery/follower.h"
#include "gateway/http/cross_origin.h"
#include "gateway/http/router.h"
#include "gateway/operations/gateway_metrics.h"
#include "gateway/operations/operations.h"
#include "gateway/original/outcome_endpoint.h"
#include "gateway/original/push.h"
#include "gateway/original/replies.h"
#include "gateway/original/submissions.h"

namespace flightcast::gateway {

using base::Result;

namespace {

constexpr const char* kSubmitPath = "/flights/delays/predict/classify_realtime";
constexpr const char* kOutcomePath = "/flights/delays/predict/classify_realtime/response/<id>";
constexpr const char* kHealthCheck = "gateway";

// For requests with ?wait= when the gateway ends: an outcome under way comes in far less.
constexpr std::chrono::microseconds kLastWait = std::chrono::seconds(1);

// Of the time to stop, the part for outcomes that are due; the rest is for closing connections.
constexpr int kDueShare = 2;

// How long to wait before reading the log again after it failed.
constexpr auto kFollowAgain = std::chrono::milliseconds(200);

// What the router answers itself: JSON where the original's clients ask, a plain page elsewhere.
http::Response error_page(const http::Request& request, unsigned status, std::string_view why) {
    if (request.path.starts_with(kSubmitPath)) {
        return original::original_reply(status, flight::error_body(why));
    }
    if (api::is_api_path(request.path)) return api::error_response(status, why);
    return {.status = status, .body = std::string(why) + "\n"};
}

// The paths that pages of other origins may use, where origins are named.
bool is_for_pages(std::string_view path) {
    return api::is_api_path(path) || path.starts_with(kSubmitPath);
}

http::Response unauthorized() {
    http::Response response = original::original_reply(
        401, flight::error_body("this server wants its token: Authorization: Bearer TOKEN")
    );
    response.headers.push_back({"WWW-Authenticate", "Bearer"});
    return response;
}

}  // namespace

struct Gateway::Machine final : net::Timed {
    Machine(
        GatewayParts given,
        GatewayOptions chosen,
        std::unique_ptr<net::EventLoop> owned_loop,
        std::unique_ptr<eventlog::Writer> owned_writer
    )
        : parts(std::move(given)),
          options(std::move(chosen)),
          loop(std::move(owned_loop)),
          writer(std::move(owned_writer)),
          numbers(parts.metrics, parts.clock),
          web(router,
              http::OriginPolicy(options.socketio.engine.cors_origins),
              {.covers = is_for_pages, .exposed_headers = "ETag, Link, Location, Retry-After"}),
          access(options.token),
          io(options.socketio, parts.random),
          pusher(push_parts()),
          acceptor(
              {.writer = *writer,
               .clock = parts.clock,
               .post = post(),
               .on_submission =
                   [this](auto fate, const auto& id, auto took) { submitted(fate, id, took); },
               .log_trouble = parts.log_trouble},
              {.request_topic = options.topics.request, .accept_timeout = options.accept_timeout}
          ),
          ids(options.secret, parts.random),
          submissions(
              {.acceptor = acceptor,
               .ids = ids,
               .routes = parts.routes,
               .clock = parts.clock,
               .zone = options.zone}
          ),
          json_api(api_parts()),
          outcomes(parts.store, pusher.deliveries().cache(), post(), options.zone),
          pages(parts.find_page, open_web_root(), options.socketio.engine.path) {
        parts.health.add(kHealthCheck, telemetry::HealthScope::ready);
        add_routes();
        io.of("/").use([this](const socketio::Handshake& handshake) {
            return access.check(handshake);
        });
        parts.metrics.before_text([this] {
            numbers.publish({
                .server = server->counters(),
                .sessions = io.engine().counters(),
                .sockets = io.counters(),
                .deliveries = pusher.deliveries(),
            });
        });
    }

    accept::Post post() {
        return [this](std::move_only_function<void()> task) { loop->post(std::move(task)); };
    }

    original::PushParts push_parts() {
        return {
            .root = io.of("/"),
            .store = parts.store,
            .clock = parts.clock,
            .post = post(),
            .on_push =
                [this](original::Push push, const base::Uuid& id) { numbers.pushed(push, id); },
            .options = options.delivery,
            .zone = options.zone,
            .names = options.event_names,
            .deliver_to_http = [this](
                                   delivery::ClientId client, const auto& outcome
                               ) { json_api.waits().deliver(client, outcome); }
        };
    }

    api::Parts api_parts() {
        return {
            .acceptor = acceptor,
            .ids = ids,
            .deliveries = pusher.deliveries(),
            .store = parts.store,
            .routes = parts.routes,
            .clock = parts.clock,
            .post = post(),
            .zone = options.zone,
            .is_allowed = [this](const http::Request& request) { return access.allows(request); },
            .find_built_in = parts.find_page,
            .model_json = parts.model_json
        };
    }

    // Null when there is none.
    std::unique_ptr<web::WebRoot> open_web_root() {
        if (options.web_root.empty()) return nullptr;
        return std::make_unique<web::WebRoot>(
            options.web_root,
            web::WebRootParts{.clock = parts.clock, .warn = [this](const std::string& what) {
                                  parts.logger.warning(what);
                              }}
        );
    }

    void add_routes() {
        router.set_error_page(error_page);
        router.add(
            "POST", kSubmitPath, [this](const http::Request& request, http::Respond respond) {
                if (!access.allows(request)) return respond(unauthorized());
                submissions.handle(request, std::move(respond));
            }
        );
        router.add(
            "GET", kOutcomePath, [this](const http::Request& request, http::Respond respond) {
                if (!access.allows(request)) return respond(unauthorized());
                outcomes.handle(request, std::move(respond));
            }
        );
        operations::add_operations(router, parts.health, parts.metrics);
        json_api.add_to(router);
        pages.add_to(router);
        router.set_not_found([this](const http::Request& request, http::Respond respond) {
            if (api::is_api_path(request.path)) {
                return respond(api::error_response(404, "There is nothing at this path."));
            }
            pages.serve(request, std::move(respond));
        });
    }

    // The path of Socket.IO takes all that begins with it.
    [[nodiscard]] Result<void> check_paths() const {
        const std::string& path = options.socketio.engine.path;
        const auto files = web::socketio_client_files(path);
        for (const auto& [method, pattern] : router.routes()) {
            if (!pattern.starts_with(path) || std::ranges::find(files, pattern) != files.end())
                continue;
            return base::fail(
                base::Errc::invalid_argument,
                "Socket.IO cannot have the path " + path + ", since " + pattern +
                    " is something else; choose another"
            );
        }
        return {};
    }

    void submitted(
        accept::Fate fate, const std::optional<base::Uuid>& id, std::chrono::microseconds took
    ) {
        numbers.submitted(fate, id, took);
        if (id) pusher.deliveries().expect(*id);
    }

    // Takes no flight any more, pushes what is due, then closes.
    void leave() {
        parts.health.fail(kHealthCheck, "shutting down");
        acceptor.close();
        // Who waits for an outcome over HTTP learns the id in time to ask elsewhere.
        json_api.waits().end_by(
            loop->now() + std::min(kLastWait, options.server.drain_timeout / 2)
        );
        leave_by = loop->now() + options.server.drain_timeout / kDueShare;
        leave_when_done(loop->now());
    }

    void leave_when_done(base::SteadyTime now) {
        if (!leave_by) return;
        const bool is_due = acceptor.is_waiting() || pusher.deliveries().has_due();
        if (is_due && now < *leave_by) return;
        leave_by.reset();
        server->drain([this] { loop->stop(); });
    }

    // Reads one batch; comes again for more, so that clients are served in between.
    void follow() {
        follow_posted = false;
        const Result<std::size_t> records = follower->step();
        if (!records) {
            parts.logger.error("cannot read outcomes", {{"reason", records.error().detail}});
            parts.health.fail(kHealthCheck, records.error().detail);
            follow_again_at = parts.clock.steady_now() + kFollowAgain;
            return;
        }
        if (*records > 0) post_follow();
        leave_when_done(parts.clock.steady_now());
        if (!ready && follower->caught_up()) {
            ready = true;
            parts.health.pass(kHealthCheck);
        }
    }

    // Any thread: many records, one wake-up.
    void post_follow() {
        if (follow_posted.exchange(true)) return;
        loop->post([this] { follow(); });
    }

    void start_following(eventlog::Replay replay) {
        follower.emplace(std::move(replay), options.topics, pusher.deliveries());
        follower->on_ready([this] { post_follow(); });
        post_follow();
    }

    [[nodiscard]] std::optional<base::SteadyTime> next_deadline() const override {
        std::optional<base::SteadyTime> next = follow_again_at;
        for (const auto& other :
             {leave_by,
              acceptor.next_deadline(),
              json_api.next_deadline(),
              pusher.deliveries().next_deadline()}) {
            if (other) next = std::min(next.value_or(*other), *other);
        }
        return next;
    }

    void expire(base::SteadyTime now) override {
        acceptor.expire(now);
        json_api.expire(now);
        pusher.deliveries().expire(now);
        if (follow_again_at && *follow_again_at <= now) {
            follow_again_at.reset();
            ready = false;
            follow();
        }
        leave_when_done(now);
    }

    GatewayParts parts;
    const GatewayOptions options;
    std::unique_ptr<net::EventLoop> loop;
    std::unique_ptr<eventlog::Writer> writer;
    operations::GatewayMetrics numbers;
    http::Router router;
    http::CrossOrigin web;
    const Access access;
    socketio::Server io;
    original::Pusher pusher;
    accept::Acceptor acceptor;
    accept::RequestIds ids;
    original::Submissions submissions;
    api::Api json_api;
    original::OutcomeEndpoint outcomes;
    web::Pages pages;
    std::optional<delivery::Follower> follower;
    std::unique_ptr<net::Server> server;
    std::atomic<bool> follow_posted = false;
    std::optional<base::SteadyTime> follow_again_at;
    std::optional<base::SteadyTime> leave_by;  // while it is leaving and something is due
    bool ready = false;
};

Gateway::Gateway(std::unique_ptr<Machine> machine) : machine_(std::move(machine)) {}

Gateway::~Gateway() {
    if (machine_->follower) machine_->follower->on_ready({});
}

Result<std::unique_ptr<Gateway>> Gateway::open(GatewayParts parts, GatewayOptions options) {
    FC_TRY(std::unique_ptr<net::EventLoop> loop, net::EventLoop::create(parts.clock));
    FC_TRY(std::unique_ptr<eventlog::Writer> writer, parts.log.open_writer());
    options.server.log = [logger = parts.logger](std::string_view what) { logger.warning(what); };
    auto machine = std::make_unique<Machine>(
        std::move(parts), std::move(options), std::move(loop), std::move(writer)
    );
    FC_TRY_VOID(machine->check_paths());
    FC_TRY(
        machine->server,
        net::Server::listen(
            *machine->loop,
            {.web = machine->web, .endpoint = &machine->io.engine()},
            machine->options.server
        )
    );
    machine->loop->drive(*machine);
    return std::unique_ptr<Gateway>(new Gateway(std::move(machine)));
}

std::uint16_t Gateway::port() const {
    return machine_->server->port();
}

const eventlog::ReplayOptions& Gateway::replay_options() const {
    return machine_->options.replay;
}

void Gateway::follow(eventlog::Replay outcomes) {
    machine_->loop->post([machine = machine_.get(), outcomes = std::move(outcomes)]() mutable {
        machine->start_following(std::move(outcomes));
    });
}

void Gateway::run() {
    machine_->loop->run();
}

void Gateway::set_tls(std::shared_ptr<const net::TlsContext> tls) {
    machine_->loop->post([machine = machine_.get(), tls = std::move(tls)] {
        machine->server->set_tls(tls);
    });
}

void Gateway::shut_down() {
    machine_->loop->post([machine = machine_.get()] { machine->leave(); });
}

}  // namespace flightcast::gateway
