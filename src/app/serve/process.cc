// SPDX-License-Identifier: Apache-2.0
#include "app/serve/process.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <system_error>
#include <thread>
#include <utility>

#include "app/cli/file_limit.h"
#include "app/cli/time_zone_flag.h"
#include "app/serve/gateway_options.h"
#include "app/serve/secret.h"
#include "app/serve/watch/collector.h"
#include "app/serve/watch/data_metrics.h"
#include "assets/assets.h"
#include "eventlog/replay.h"
#include "models/bundled.h"
#include "telemetry/build_info.h"
#include "telemetry/health_metrics.h"
#include "telemetry/process_metrics.h"

namespace flightcast::app::serve {

using base::Errc;
using base::fail;
using base::Result;

namespace {

// Short, so that /readyz soon says what is waited for, and a signal is not waited for long: this is
// repeated until a broker answers.
constexpr auto kReachPatience = std::chrono::seconds(1);

Result<flight::TimeZone> find_zone(const options::ServeOptions& options) {
    auto zone = cli::find_time_zone(options.timezone);
    if (zone) return zone;
    return fail(Errc::invalid_argument, "--timezone: " + zone.error().detail);
}

Result<void> check_web_root(const options::ServeOptions& options) {
    if (options.web_root.empty() || std::filesystem::is_directory(options.web_root)) return {};
    return fail(Errc::not_found, "--web-root: there is no folder " + options.web_root.string());
}

std::string url_of(
    const options::ServeOptions& options, const std::string& address, std::uint16_t port
) {
    const bool is_v6 = address.find(':') != std::string::npos;
    const std::string host = is_v6 ? "[" + address + "]" : address;
    return (options.tls_cert.empty() ? "http://" : "https://") + host + ":" + std::to_string(port) +
           "/";
}

}  // namespace

Process::Process(Role role, const options::ServeOptions& options, flight::TimeZone zone)
    : role_(role),
      options_(options),
      zone_(zone),
      live_(options),
      retention_(retention_of(options)),
      log_({.level = options.log_level, .format = options.log_format}, clock_),
      logger_(log_.stage(std::string(name_of(role)))) {}

Result<std::unique_ptr<Process>> Process::open(
    Role role, const options::ServeOptions& options, const OpenDeployment& engines
) {
    FC_TRY_VOID(check_role(role, options));
    FC_TRY_VOID(check_web_root(options));
    FC_TRY(const flight::TimeZone zone, find_zone(options));
    std::unique_ptr<Process> process(new Process(role, options, zone));
    FC_TRY_VOID(process->open_parts(engines));
    return process;
}

Process::~Process() {
    stop_watching();
    demo_.reset();
    if (backend_) backend_->stop(options_.drain_timeout);
    wait_for_acknowledgements();
}

Result<void> Process::open_parts(const OpenDeployment& engines) {
    logger_.info(telemetry::build_info_line());
    telemetry::add_process_metrics(metrics_);
    telemetry::add_health_metrics(metrics_, health_);
    metrics_.before_text([this, lost = metrics_.counter(telemetry::kDropped, "log_lines")] {
        lost.raise_to(static_cast<double>(log_.lines_lost()));
    });
    if (role_ != Role::gateway) {
        const bool explains = options_.response_fields == flight::ResponseFields::all;
        const models::ActiveModelOptions options{
            .folder = options_.model,
            .explain = explains ? features::Explain::yes : features::Explain::no
        };
        FC_TRY(model_, models::ActiveModel::load(options, metrics_, log_.stage("model")));
    }
    FC_TRY(
        deployment_,
        engines(role_, options_, zone_, {.clock = clock_, .logger = logger_, .metrics = metrics_})
    );
    watch_data();
    if (deployment_.folder) add_data_metrics(metrics_, deployment_.folder->database());
    registry_.emplace(registry_parts());
    FC_TRY(
        tracer_,
        open_tracer(
            {.options = options_,
             .role = std::string(name_of(role_)),
             .instance_id = instance_id(),
             .clock = clock_,
             .metrics = metrics_,
             .logger = log_.stage("traces")}
        )
    );
    if (role_ == Role::scorer) {
        FC_TRY_VOID(open_operations());
    } else {
        FC_TRY_VOID(open_gateway());
    }
    if (deployment_.is_local()) return begin();
    supervise();
    return {};
}

ModelRegistryParts Process::registry_parts() {
    return {
        .options = options_,
        .clock = clock_,
        .metrics = metrics_,
        .health = health_,
        .logger = log_.stage("models")
    };
}

Result<void> Process::open_routes() {
    FC_TRY(flight::RouteTable bundled, models::load_routes());
    routes_.emplace(std::move(bundled));
    if (options_.mongo.empty()) return {};
    FC_TRY(store::mongo::MongoOptions mongo, mongo_options(options_, zone_));
    mongo.warn = [logger = logger_](const std::string& text) { logger.warning(text); };
    FC_TRY(
        distances_,
        store::mongo::DistanceRefresher::start(mongo, *routes_, options_.distance_refresh)
    );
    return {};
}

Result<void> Process::open_gateway() {
    FC_TRY_VOID(open_routes());
    FC_TRY(gateway::GatewayOptions chosen, gateway_options(options_, zone_));
    bound_connections(chosen.server);
    if (chosen.server.tls != nullptr) note_certificate(*chosen.server.tls);
    FC_TRY(chosen.endpoints.secret, find_secret(options_, deployment_.folder, random_));
    FC_TRY(chosen.endpoints.admin_token, find_admin_token(options_, deployment_.folder, random_));
    chosen.endpoints.accept_event_time = options_.accept_event_time || options_.demo;
    chosen.endpoints.arrival_ranks = arrival::SourceRanks(options_.ranked_sources());
    if (options_.secret_file.empty() && !deployment_.folder) {
        logger_.warning(
            "an Idempotency-Key holds at this gateway and until it stops; --secret-file gives all "
            "gateways the same secret"
        );
    }
    if (deployment_.store == nullptr || options_.archive == options::Archive::off) {
        chosen.endpoints.replay.behind_group.clear();
    }
    std::function<std::string()> model_json;
    if (model_) model_json = [this] { return model_->card(); };
    FC_TRY(
        gateway_,
        gateway::Gateway::open(
            {.log = *deployment_.log,
             .store = deployment_.store.get(),
             .routes = *routes_,
             .find_page =
                 [](std::string_view name) { return assets::find("web/" + std::string(name)); },
             .model_json = std::move(model_json),
             .clock = clock_,
             .random = random_,
             .metrics = metrics_,
             .health = health_,
             .logger = log_.stage("gateway"),
             .log_trouble = [this] { return deployment_.log->condition().trouble; },
             .unjudged = [this] { return unjudged(); },
             .day_sums = ask_day_sums(),
             .models = registry_->desk(model_.get()),
             .airports = models::airports_or_none(),
             .problems = [this] { return log_.problems(); },
             .role = std::string(name_of(role_)),
             .tracer = tracer_.get()},
            std::move(chosen)
        )
    );
    return {};
}

void Process::bound_connections(gateway::net::ServerOptions& server) const {
    const std::size_t files = cli::raise_file_limit();
    const std::size_t connections = cli::connections_within(files);
    if (connections >= server.connections_max) return;
    logger_.warning(
        "fewer files may be open than --connections-max needs: fewer connections are taken; raise "
        "the limit (ulimit -n, LimitNOFILE= of systemd)",
        {{"files", files},
         {"needed", cli::files_for(server.connections_max)},
         {"connections", connections}}
    );
    server.connections_max = connections;
    server.half_open_max = std::min(server.half_open_max, connections);
}

Result<void> Process::open_operations() {
    std::optional<gateway::net::ServerOptions> listen;
    if (options_.operations_port != 0) {
        listen.emplace();
        listen->host = options_.host;
        listen->port = options_.operations_port;
    }
    FC_TRY(
        operations_, gateway::operations::OperationsServer::open(health_, metrics_, clock_, listen)
    );
    return {};
}

Result<void> Process::start_backend() {
    FC_TRY(
        backend_,
        Backend::start(
            {.options = options_,
             .deployment = deployment_,
             .instance_id = instance_id(),
             .model = *model_,
             .zone = zone_,
             .clock = clock_,
             .random = backend_random_,
             .metrics = metrics_,
             .logger = log_.stage(role_ == Role::serve ? "worker" : "scorer"),
             .on_end = [this](base::Error error) { end_with(std::move(error)); },
             .look = [this] { look_at_data(); },
             .registry = &*registry_,
             .retention = &retention_,
             .tracer = tracer_.get(),
             .arrivals_off = arrivals_off_,
             .on_judging = [this](const judging::EvaluatorCounts& counts) { note(counts); },
             .on_refused = [this](
                               const std::string& reason, std::size_t count
                           ) { note_refused(reason, count); }}
        )
    );
    return {};
}

// Repeated until it succeeds, so it leaves alone steps that it did already.
Result<void> Process::begin() {
    FC_TRY_VOID(deployment_.log->reach(kReachPatience));
    FC_TRY_VOID(look_at_arrivals());
    FC_TRY_VOID(registry_->open(*deployment_.log, model_.get()));
    if (model_ && backend_ == nullptr) FC_TRY_VOID(start_backend());
    if (gateway_ == nullptr) return {};
    if (role_ == Role::gateway && !lag_watch_) watch_lag();
    FC_TRY_VOID(watch_experiments());
    FC_TRY(
        eventlog::Replay outcomes,
        eventlog::open_replay(*deployment_.log, gateway_->replay_options(), clock_.wall_now())
    );
    FC_TRY_VOID(follow_arrivals());
    gateway_->follow(std::move(outcomes));
    return {};
}

void Process::supervise() {
    std::vector<pipeline::Dependency> dependencies;
    dependencies.push_back({
        .name = "event log",
        .begin = [this] { return begin(); },
        .look = [this]() -> Result<void> {
            look_at_evaluator();
            if (const auto trouble = log_trouble()) return std::unexpected(*trouble);
            return {};
        },
    });
    if (deployment_.store != nullptr && deployment_.store->is_distant()) {
        // Only at the start: later its absence delays the archive, and no prediction.
        dependencies.push_back({
            .name = "store",
            .begin = [this]() -> Result<void> {
                FC_TRY_VOID(deployment_.store->reach());
                return distances_ == nullptr ? Result<void>() : distances_->ready();
            },
            .look = {},
        });
    }
    supervisor_.emplace(
        pipeline::SupervisorParts{
            .dependencies = std::move(dependencies),
            .health = health_,
            .logger = logger_,
            .on_begun = [this] { say_ready(); },
            .on_end = [this](base::Error error) { end_with(std::move(error)); },
        }
    );
    supervisor_thread_.emplace(*supervisor_, clock_);
    look_after_cluster();
}

std::optional<std::uint16_t> Process::port() const {
    return gateway_ == nullptr ? std::nullopt : std::optional(gateway_->port());
}

void Process::say_where() const {
    if (gateway_ == nullptr) return;
    const flight::TopicSet topics = options_.topics();
    const std::string outcomes = topics.response + ", " + topics.dead_letter;
    logger_.info(
        "gateway: clients -> " + topics.request + "; " + outcomes + " -> clients",
        {{"url", url_of(options_, options_.host, gateway_->port())},
         {"log", deployment_.log_place},
         {"store",
          deployment_.store_place.empty() ? "none: late joins find only what is cached"
                                          : deployment_.store_place}}
    );
}

// Not before all is there that it depends on.
void Process::say_ready() const {
    if (operations_ != nullptr) {
        const auto port = operations_->port();
        const std::string where =
            port ? url_of(options_, options_.host, *port) : "no port of its own";
        std::printf("flightcast scorer works; operations: %s\n", where.c_str());
    } else {
        std::printf(
            "flightcast is ready: %s\n", url_of(options_, options_.host, gateway_->port()).c_str()
        );
    }
    std::fflush(stdout);
    const auto port = gateway_ != nullptr ? gateway_->port() : operations_->port().value_or(0);
    manager_.ready(port == 0 ? "works" : url_of(options_, options_.host, port));
}

void Process::start_demo() {
    demo_ = std::make_unique<Demo>(DemoParts{
        .log = *deployment_.log,
        .topics = options_.topics(),
        .zone = zone_,
        .folder = options_.data_folder(),
        .clock = clock_,
        .logger = log_.stage("demo")
    });
}

// For the commands that write into the folder by its server (flightcast models). An address that
// stands for all of a machine's is one to listen on, not one to connect to.
void Process::tell_folder() const {
    if (gateway_ == nullptr || !deployment_.folder) return;
    std::string host = options_.host;
    if (host == "0.0.0.0") host = "127.0.0.1";
    if (host == "::") host = "::1";
    std::ofstream file(deployment_.folder->server_url(), std::ios::trunc);
    file << url_of(options_, host, gateway_->port()) << "\n";
    file.close();
    if (!file) logger_.warning("cannot write the server's address into the data folder");
}

Result<void> Process::run() {
    say_where();
    tell_folder();
    start_watchdog();
    if (supervisor_thread_) {
        supervisor_thread_->start();
        if (rounds_thread_) rounds_thread_->start();
    } else {
        say_ready();
        if (options_.demo) start_demo();
    }
    if (gateway_ != nullptr) gateway_->run();
    if (operations_ != nullptr) operations_->run();
    if (watchdog_thread_) watchdog_thread_->stop(std::chrono::microseconds(0));
    stop_watching();
    demo_.reset();
    if (backend_) backend_->stop(options_.drain_timeout);
    if (deployment_.folder) {
        std::error_code ignored;
        std::filesystem::remove(deployment_.folder->server_url(), ignored);
    }
    const std::lock_guard lock(mutex_);
    if (error_) return std::unexpected(*error_);
    logger_.info("stopped");
    return {};
}

void Process::stop() {
    manager_.stopping();
    if (gateway_ != nullptr) gateway_->shut_down();
    if (operations_ != nullptr) operations_->shut_down();
}

void Process::end_with(base::Error error) {
    {
        const std::lock_guard lock(mutex_);
        if (error_) return;
        error_ = std::move(error);
    }
    stop();
}

void Process::reload() {
    reload_options();
    reload_tls();
    if (model_) model_->reload();
}

// A certificate that cannot be read changes nothing: the one in use may be good for days.
void Process::reload_tls() {
    if (gateway_ == nullptr || live_.tls_cert.empty()) return;
    auto tls = load_tls(live_);
    if (!tls) return logger_.error("cannot reload TLS", {{"reason", tls.error().detail}});
    note_certificate(**tls);
    gateway_->set_tls(*std::move(tls));
    logger_.info("TLS certificate reloaded");
}

// A log with threads of its own answers clients from them; no such call may be under way when the
// gateway ends. The log gives up after the accept timeout.
void Process::wait_for_acknowledgements() const {
    using namespace std::chrono_literals;
    if (deployment_.log == nullptr || deployment_.log->embedded() != nullptr) return;
    auto deadline = clock_.steady_now() + options_.accept_timeout + 1s;
    if (backend_) deadline = std::min(deadline, backend_->ends_by());
    while (deployment_.log->condition().records_in_flight > 0 && clock_.steady_now() < deadline) {
        std::this_thread::sleep_for(5ms);
    }
}

std::string Process::instance_id() const {
    if (!options_.instance_id.empty()) return options_.instance_id;
    std::array<char, 256> host{};
    ::gethostname(host.data(), host.size() - 1);
    const std::uint16_t port = role_ == Role::scorer ? options_.operations_port : options_.port;
    // Without a port there is no name that is unique and the same again after a restart. Then the
    // group keeps no place for us; transactions need some name all the same.
    if (port == 0 && !options_.exactly_once) return {};
    std::string id = std::string(host.data()) + "-" + std::string(name_of(role_)) + "-";
    return id + std::to_string(port != 0 ? port : static_cast<unsigned>(::getpid()));
}

}  // namespace flightcast::app::serve
