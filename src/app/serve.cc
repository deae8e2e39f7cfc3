// SPDX-License-Identifier: Apache-2.0
//
// The embedded system: gateway, log, scorer, archiver and store, wired together in one process with
// two threads that work: the gateway's for clients, the engine's for records.
#include "app/serve.h"

#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "app/backend.h"
#include "app/bundled.h"
#include "app/embedded.h"
#include "app/signals.h"
#include "assets/assets.h"
#include "base/random.h"
#include "features/predictor.h"
#include "flight/active_routes.h"
#include "gateway/gateway.h"
#include "telemetry/build_info.h"
#include "telemetry/health.h"
#include "telemetry/log.h"
#include "telemetry/metrics.h"
#include "telemetry/process_metrics.h"

namespace flightcast::app {

using base::Errc;
using base::fail;
using base::Result;

namespace {

Result<flight::TimeZone> find_zone(const ServeOptions& options) {
    auto zone = flight::TimeZone::find(options.timezone);
    if (zone) return zone;
    return fail(Errc::invalid_argument, "--timezone: " + zone.error().detail);
}

Result<void> check_web_root(const ServeOptions& options) {
    if (options.web_root.empty() || std::filesystem::is_directory(options.web_root)) return {};
    return fail(Errc::not_found, "--web-root: there is no folder " + options.web_root.string());
}

gateway::socketio::Options socketio_options(const ServeOptions& options) {
    gateway::socketio::Options socketio;
    socketio.engine.path = "/socket.io/";
    for (const std::string_view file : gateway::socketio_client_files()) {
        socketio.engine.excluded_paths.emplace_back(file);
    }
    socketio.engine.ping_interval = options.ping_interval;
    socketio.engine.ping_timeout = options.ping_timeout;
    socketio.engine.max_payload = options.max_payload;
    if (!options.cors_origin.empty()) socketio.engine.cors_origins = {options.cors_origin};
    socketio.unknown_namespace_json = "\"Unable to connect\"";  // As the original words it.
    return socketio;
}

gateway::GatewayOptions gateway_options(const ServeOptions& options, flight::TimeZone zone) {
    gateway::GatewayOptions gateway{
        .request_topic = options.request_topic,
        .response_topic = options.response_topic,
        .dead_letter_topic = options.dead_letter_topic,
        .archiver_group = kArchiverGroup,
        .zone = zone,
        .web_root = options.web_root,
        .accept_timeout = options.accept_timeout,
        .replay_window = options.replay_window,
        .delivery = {},
        .socketio = socketio_options(options),
        .server = {}
    };
    gateway.delivery.cache_bytes_max = options.cache_bytes;
    gateway.delivery.request_timeout = options.request_timeout;
    gateway.server.host = options.host;
    gateway.server.port = options.port;
    gateway.server.connections_max = options.connections_max;
    gateway.server.drain_timeout = options.drain_timeout;
    return gateway;
}

std::string url_of(const ServeOptions& options, std::uint16_t port) {
    const bool is_v6 = options.host.find(':') != std::string::npos;
    const std::string host = is_v6 ? "[" + options.host + "]" : options.host;
    return "http://" + host + ":" + std::to_string(port) + "/";
}

void say_ready(const telemetry::Logger& logger, const ServeOptions& options, std::uint16_t port) {
    const std::string url = url_of(options, port);
    logger.info(
        "gateway: clients -> " + options.request_topic + "; " + options.response_topic + ", " +
            options.dead_letter_topic + " -> clients",
        {{"url", url}}
    );
    std::printf("flightcast is ready: %s\n", url.c_str());
    std::fflush(stdout);
}

}  // namespace

Result<void> serve(const ServeOptions& options) {
    Signals signals;
    const base::SystemClock clock;
    base::SystemRandom random;
    telemetry::Log log({.level = options.log_level, .format = options.log_format}, clock);
    telemetry::Metrics metrics;
    telemetry::Health health;
    const telemetry::Logger logger = log.stage("serve");
    logger.info(telemetry::build_info_line());

    FC_TRY_VOID(check_web_root(options));
    FC_TRY(const flight::TimeZone zone, find_zone(options));
    FC_TRY(const features::Predictor predictor, load_model(options.model));
    FC_TRY(flight::RouteTable bundled_routes, load_routes());
    const flight::ActiveRoutes routes(std::move(bundled_routes));
    FC_TRY(EmbeddedData data, open_embedded_data(options, clock));
    telemetry::add_process_metrics(metrics);
    metrics.before_text([&log, lost = metrics.counter(telemetry::kDropped, "log_lines")] {
        lost.raise_to(static_cast<double>(log.lines_lost()));
    });
    metrics.gauge(telemetry::kModelInfo, predictor.model_id()).set(1);

    const auto find_page = [](std::string_view name) {
        return assets::find("web/" + std::string(name));
    };
    FC_TRY(
        const auto gateway,
        gateway::Gateway::open(
            {.log = *data.log,
             .store = *data.store,
             .routes = routes,
             .find_page = find_page,
             .clock = clock,
             .random = random,
             .metrics = metrics,
             .health = health,
             .logger = log.stage("gateway")},
            gateway_options(options, zone)
        )
    );
    FC_TRY(
        const auto backend,
        Backend::start(
            {.options = options,
             .data = data,
             .predictor = predictor,
             .zone = zone,
             .clock = clock,
             .metrics = metrics,
             .logger = log.stage("engine")}
        )
    );
    signals.on_stop([&](int) {
        logger.info("stopping; once more to stop at once");
        gateway->shut_down();
    });
    say_ready(logger, options, gateway->port());
    gateway->run();
    backend->stop(options.drain_timeout);
    logger.info("stopped");
    return {};
}

}  // namespace flightcast::app
