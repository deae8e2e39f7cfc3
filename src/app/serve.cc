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
#include "app/gateway_options.h"
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

std::string url_of(const ServeOptions& options, std::uint16_t port) {
    const bool is_v6 = options.host.find(':') != std::string::npos;
    const std::string host = is_v6 ? "[" + options.host + "]" : options.host;
    return (options.tls_cert.empty() ? "http://" : "https://") + host + ":" + std::to_string(port) +
           "/";
}

// A certificate that cannot be read changes nothing: the one in use may be good for days.
void reload_tls(
    const ServeOptions& options, gateway::Gateway& gateway, const telemetry::Logger& logger
) {
    auto tls = load_tls(options);
    if (!tls) return logger.error("cannot reload TLS", {{"reason", tls.error().detail}});
    gateway.set_tls(*std::move(tls));
    logger.info("TLS certificate reloaded");
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
    FC_TRY(gateway::GatewayOptions for_gateway, gateway_options(options, zone));
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
            std::move(for_gateway)
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
    if (!options.tls_cert.empty()) {
        signals.on_reload([&] { reload_tls(options, *gateway, logger); });
    }
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
