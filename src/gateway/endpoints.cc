// SPDX-License-Identifier: Apache-2.0
//
// Puts the parts together; each does its own work in its own file.
#include "gateway/endpoints.h"

#include <algorithm>
#include <utility>

#include "base/planted_bug.h"
#include "flight/document_json.h"
#include "gateway/accept/intake.h"
#include "gateway/accept/request_ids.h"
#include "gateway/access.h"
#include "gateway/api/api.h"
#include "gateway/complete_desk.h"
#include "gateway/days_feed.h"
#include "gateway/error_pages.h"
#include "gateway/http/origin/cross_origin.h"
#include "gateway/http/router.h"
#include "gateway/live_figures.h"
#include "gateway/operations/gateway_metrics.h"
#include "gateway/operations/operations.h"
#include "gateway/operations/scoring_watch.h"
#include "gateway/operations/submission_watch.h"
#include "gateway/original/outcome_endpoint.h"
#include "gateway/original/push.h"
#include "gateway/original/replies.h"
#include "gateway/original/submissions.h"
#include "gateway/outcome_feed.h"
#include "gateway/performance_metrics.h"
#include "gateway/record_feed.h"
#include "gateway/socketio/server.h"
#include "gateway/status_model.h"
#include "judging/evaluation_json.h"
#include "performance/performance_json.h"
#include "status/board.h"

namespace flightcast::gateway {

using base::Result;

namespace {

constexpr const char* kOutcomePath = "/flights/delays/predict/classify_realtime/response/<id>";
constexpr const char* kHealthCheck = "gateway";
constexpr const char* kSubmissionsCheck = "submissions";
constexpr const char* kArrivalsCheck = "arrivals";
constexpr const char* kScoringCheck = "scoring";

}  // namespace

struct Endpoints::Machines {
    Machines(
        EndpointParts given,
        EndpointOptions chosen,
        accept::Post to_io_thread,
        std::unique_ptr<eventlog::Writer> owned_writer
    )
        : parts(std::move(given)),
          options(std::move(chosen)),
          post(std::move(to_io_thread)),
          writer(std::move(owned_writer)),
          numbers(parts.metrics, parts.clock),
          web(router,
              http::OriginPolicy(options.socketio.engine.cors_origins),
              {.covers = is_for_pages, .exposed_headers = "ETag, Link, Location, Retry-After"}),
          access(options.token),
          admin(options.admin_token),
          io(options.socketio, parts.random),
          pusher(push_parts()),
          traces(open_traces()),
          acceptor(
              {.writer = *writer,
               .clock = parts.clock,
               .post = post,
               .on_submission = [this](
                                    const auto& verdict, const auto& id, auto took
                                ) { submitted(verdict, id, took); },
               .log_trouble = parts.log_trouble,
               .variant = [this](const base::Uuid& id) { return variant_of(id); },
               .traces = traces ? &*traces : nullptr},
              {.request_topic = options.topics.request, .accept_timeout = options.accept_timeout}
          ),
          ids(options.secret, parts.random),
          intake(
              {.acceptor = acceptor,
               .ids = ids,
               .routes = parts.routes,
               .clock = parts.clock,
               .zone = options.zone}
          ),
          submissions(intake),
          evaluations(
              {.clock = parts.clock,
               .post = post,
               .take = [this](const eventlog::Record& record) { take_evaluation(record); },
               .on_trouble =
                   [this](const base::Error& error) {
                       parts.logger.warning("cannot read evaluations", {{"reason", error.detail}});
                   },
               .on_change = [this] { live.note_change(); }}
          ),
          live(
              {.clock = parts.clock,
               .pages = io.of(kLiveNamespace),
               .figures = [this] { return figures_now(); }}
          ),
          days(
              {.clock = parts.clock,
               .post = post,
               .pages = io.of(kLiveNamespace),
               .airports = parts.airports,
               .ranks = options.arrival_ranks,
               .by_event_time = options.accept_event_time,
               .on_trouble =
                   [this](const base::Error& error) {
                       parts.logger.warning("cannot read arrivals", {{"reason", error.detail}});
                   }}
          ),
          board(open_board()),
          json_api(api_parts()),
          outcomes(parts.store, pusher.deliveries().cache(), post, options.zone),
          pages(parts.find_page, open_web_root(), options.socketio.engine.path),
          feed(feed_parts()) {
        parts.health.add(kHealthCheck, telemetry::HealthScope::ready);
        parts.health.add(kSubmissionsCheck, telemetry::HealthScope::ready);
        parts.health.add(kScoringCheck, telemetry::HealthScope::note);
        parts.health.pass(kSubmissionsCheck);
        parts.health.pass(kScoringCheck);
        add_routes();
        for (const std::string_view name_space : {std::string_view("/"), kLiveNamespace}) {
            io.of(name_space).use([this](const socketio::Handshake& handshake) {
                return access.check(handshake);
            });
        }
    }

    original::PushParts push_parts() {
        return {
            .root = io.of("/"),
            .store = parts.store,
            .clock = parts.clock,
            .post = post,
            .on_push = [this](original::Push push, const auto& id) { pushed(push, id); },
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
            .intake = intake,
            .deliveries = pusher.deliveries(),
            .store = parts.store,
            .routes = parts.routes,
            .clock = parts.clock,
            .post = post,
            .zone = options.zone,
            .is_allowed = [this](const http::Request& request) { return access.allows(request); },
            .acceptor = acceptor,
            .arrival_topic = options.topics.arrival,
            .is_admin = [this](const http::Request& request) { return admin.admits(request); },
            .accept_event_time = options.accept_event_time,
            .performance = performance,
            .end_of_figures = [this] { return end_of_figures(); },
            .performance_off = [this] { return arrivals_off; },
            .days = days.fold(),
            .now_of_days = [this] { return days.now(); },
            .arrivals_off = [this] { return arrivals_off; },
            .unjudged = parts.unjudged,
            .day_sums = parts.day_sums,
            .find_built_in = parts.find_page,
            .model_json = parts.model_json,
            .models = complete_desk(parts.models),
            .model_parts_topic = options.topics.model_parts,
            .status = [this] { return board ? board->json() : std::string(); }
        };
    }

    // Decided here, so that it holds whatever happens to the experiment before the request is
    // scored.
    [[nodiscard]] std::string variant_of(const base::Uuid& id) const {
        if (!parts.models.registry) return {};
        const auto registry = parts.models.registry();
        return registry ? (*registry)->variant_of(id) : std::string();
    }

    std::optional<accept::RequestTraces> open_traces() {
        if (parts.tracer == nullptr) return std::nullopt;
        return std::optional<accept::RequestTraces>(std::in_place, *parts.tracer, parts.clock);
    }

    void pushed(original::Push push, const std::optional<base::Uuid>& id) {
        numbers.pushed(push, id);
        if (!traces || !id) return;
        const bool is_ready = push == original::Push::prediction_ready;
        if (!is_ready && push != original::Push::prediction_failed) return;
        const base::WallTime since = feed.reading_since().value_or(parts.clock.wall_now());
        traces->pushed(*id, is_ready ? "prediction_ready" : "prediction_failed", since);
    }

    // Nothing where nothing is known of warnings and errors.
    std::optional<status::Board> open_board() {
        if (!parts.problems) return std::nullopt;
        return std::optional<status::Board>(
            std::in_place,
            status::BoardParts{
                .metrics = parts.metrics,
                .health = parts.health,
                .clock = parts.clock,
                .role = parts.role,
                .problems = parts.problems,
                .model = [this] {
                    return model_status(complete_desk(parts.models), parts.model_json);
                }
            }
        );
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
        const accept::Verdict& verdict,
        const std::optional<base::Uuid>& id,
        std::chrono::microseconds took
    ) {
        const base::SteadyTime now = parts.clock.steady_now();
        numbers.submitted(verdict.fate, id, took);
        tell(submission_watch.note(verdict.fate, now), verdict.why);
        if (!id) return;
        pusher.deliveries().expect(*id);
        scoring_watch.accepted(pusher.deliveries().arrivals(), now);
    }

    void tell(operations::SubmissionWatch::Change change, const std::string& why) {
        using Change = operations::SubmissionWatch::Change;
        if (change == Change::failing) {
            parts.logger.error("flights are not accepted", {{"reason", why}});
            parts.health.fail(kSubmissionsCheck, why);
        } else if (change == Change::working) {
            parts.logger.info("flights are accepted again");
            parts.health.pass(kSubmissionsCheck);
        }
    }

    void tell(operations::ScoringWatch::Change change) {
        using Change = operations::ScoringWatch::Change;
        if (change == Change::failing) {
            const std::string why = std::to_string(scoring_watch.waiting()) +
                                    " flights were accepted and no outcome has come for half a "
                                    "minute; start a scorer that reads topic " +
                                    options.topics.request + " and writes to " +
                                    options.topics.response;
            parts.logger.warning("nothing is scored", {{"reason", why}});
            parts.health.fail(kScoringCheck, why);
        } else if (change == Change::working) {
            parts.logger.info("outcomes come again");
            parts.health.pass(kScoringCheck);
        }
    }

    void expire_watches(base::SteadyTime now) {
        tell(submission_watch.expire(now), "");
        tell(scoring_watch.expire(pusher.deliveries().arrivals(), now));
    }

    OutcomeFeed::Parts feed_parts() {
        return {
            .clock = parts.clock,
            .post = post,
            .deliveries = pusher.deliveries(),
            .on_caught_up = [this] { parts.health.pass(kHealthCheck); },
            .on_trouble =
                [this](const base::Error& error) {
                    parts.logger.error("cannot read outcomes", {{"reason", error.detail}});
                    parts.health.fail(kHealthCheck, error.detail);
                }
        };
    }

    void take_evaluation(const eventlog::Record& record) {
        if (!record.value) return;
        if (!judging::read_evaluation(*record.value, evaluation)) return;
        performance.add(evaluation, record.appended);
    }

    // Where clients tell the times of events, time goes as far as the events do.
    [[nodiscard]] base::WallTime end_of_figures() const {
        const bool has_any = performance.newest() > base::WallTime{};
        if (options.accept_event_time && has_any) return performance.newest();
        return performance.end_of_figures(parts.clock.wall_now());
    }

    // As GET /api/v1/performance answers.
    [[nodiscard]] std::string figures_now() const {
        using performance::Split;
        using performance::Window;
        std::string json = performance::performance_json(
            performance.ask(Window::day, Split::model, end_of_figures()),
            parts.unjudged ? parts.unjudged() : std::nullopt
        );
        json.pop_back();  // the line break
        return json;
    }

    EndpointParts parts;
    const EndpointOptions options;
    const accept::Post post;
    const std::unique_ptr<eventlog::Writer> writer;
    operations::GatewayMetrics numbers;
    http::Router router;
    http::CrossOrigin web;
    Access access;
    Access admin;
    socketio::Server io;
    original::Pusher pusher;
    std::optional<accept::RequestTraces> traces;
    accept::Acceptor acceptor;
    accept::RequestIds ids;
    accept::Intake intake;
    original::Submissions submissions;
    performance::Performance performance;
    judging::Evaluation evaluation;  // the last one; its strings are used again
    RecordFeed evaluations;
    LiveFigures live;
    DaysFeed days;
    std::string arrivals_off = "The log has not been reached yet";
    std::optional<status::Board> board;  // of /status
    api::Api json_api;
    original::OutcomeEndpoint outcomes;
    web::Pages pages;
    OutcomeFeed feed;
    operations::SubmissionWatch submission_watch;
    operations::ScoringWatch scoring_watch;
};

Endpoints::Endpoints(std::unique_ptr<Machines> machines) : machines_(std::move(machines)) {}

Endpoints::~Endpoints() = default;

Result<std::unique_ptr<Endpoints>> Endpoints::open(
    EndpointParts parts, EndpointOptions options, accept::Post post
) {
    FC_TRY(std::unique_ptr<eventlog::Writer> writer, parts.log.open_writer());
    auto machines = std::make_unique<Machines>(
        std::move(parts), std::move(options), std::move(post), std::move(writer)
    );
    FC_TRY_VOID(machines->check_paths());
    return std::unique_ptr<Endpoints>(new Endpoints(std::move(machines)));
}

http::Service& Endpoints::web() {
    return machines_->web;
}

websocket::Endpoint& Endpoints::sockets() {
    return machines_->io.engine();
}

void Endpoints::follow(eventlog::Replay outcomes) {
    machines_->feed.start(std::move(outcomes), machines_->options.topics);
}

void Endpoints::follow_arrivals(ArrivalReplays replays) {
    machines_->arrivals_off.clear();
    machines_->evaluations.start(std::move(replays.evaluations));
    machines_->days.start(std::move(replays.arrivals));
}

void Endpoints::turn_off_arrivals(std::string why) {
    machines_->parts.health.add(kArrivalsCheck, telemetry::HealthScope::note);
    machines_->parts.health.fail(kArrivalsCheck, why);
    machines_->arrivals_off = std::move(why);
}

const eventlog::ReplayOptions& Endpoints::replay_options() const {
    return machines_->options.replay;
}

void Endpoints::set_tokens(std::string_view token, std::string_view admin_token) {
    machines_->access = Access(token);
    machines_->admin = Access(admin_token);
}

void Endpoints::publish(const net::Counters& connections) {
    publish_performance(
        machines_->performance, machines_->end_of_figures(), machines_->parts.metrics
    );
    machines_->numbers.publish({
        .server = connections,
        .sessions = machines_->io.engine().counters(),
        .sockets = machines_->io.counters(),
        .deliveries = machines_->pusher.deliveries(),
    });
}

void Endpoints::leave(base::SteadyTime waits_end) {
    machines_->parts.health.fail(kHealthCheck, "shutting down");
    machines_->acceptor.close();
    machines_->json_api.waits().end_by(waits_end);
}

bool Endpoints::has_due() const {
    if (base::is_planted(base::PlantedBug::due_answers_dropped)) return false;
    return machines_->acceptor.is_waiting() || machines_->pusher.deliveries().has_due();
}

std::optional<base::SteadyTime> Endpoints::next_deadline() const {
    std::optional<base::SteadyTime> next = machines_->feed.next_deadline();
    for (const auto& other :
         {machines_->acceptor.next_deadline(),
          machines_->json_api.next_deadline(),
          machines_->evaluations.next_deadline(),
          machines_->live.next_deadline(),
          machines_->days.next_deadline(),
          machines_->submission_watch.next_deadline(),
          machines_->scoring_watch.next_deadline(),
          machines_->board ? std::optional(machines_->board->next_deadline()) : std::nullopt,
          machines_->pusher.deliveries().next_deadline()}) {
        if (other) next = std::min(next.value_or(*other), *other);
    }
    return next;
}

void Endpoints::expire(base::SteadyTime now) {
    machines_->acceptor.expire(now);
    machines_->json_api.expire(now);
    machines_->pusher.deliveries().expire(now);
    machines_->feed.expire(now);
    machines_->evaluations.expire(now);
    machines_->live.expire(now);
    machines_->days.expire(now);
    machines_->expire_watches(now);
    if (machines_->board) machines_->board->expire(now);
}

}  // namespace flightcast::gateway
