// SPDX-License-Identifier: Apache-2.0
#include "app/serve/gateway_options.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/cli/token.h"
#include "gateway/http/origin/origin_list.h"
#include "gateway/http/text.h"

namespace flightcast::app::serve {

using base::Errc;
using base::fail;
using base::Result;
using gateway::net::TlsContext;

namespace {

gateway::http::Rate rate_of(std::size_t per_second) {
    return {.per_second = per_second, .burst = per_second};
}

// "/a/b" -> "/a/b/": requests have the slash behind the path, as clients send them.
Result<std::string> socketio_path(std::string path) {
    const auto is_plain = [](unsigned char c) {
        return std::isalnum(c) != 0 ||
               std::string_view("-._~/").find(static_cast<char>(c)) != std::string_view::npos;
    };
    if (!path.starts_with('/') || path.find("//") != std::string::npos ||
        !std::ranges::all_of(path, is_plain)) {
        return fail(
            Errc::invalid_argument,
            "--socketio-path: '" + path + "' is none; give it as /socket.io/, of letters, digits " +
                "and -._~"
        );
    }
    if (!path.ends_with('/')) path += '/';
    return path;
}

Result<std::vector<std::string>> cors_origins(const std::string& list) {
    auto origins = gateway::http::parse_origins(list);
    if (!origins) return fail(Errc::invalid_argument, "--cors-origin: " + origins.error().detail);
    return origins;
}

// Empty: none is set.
Result<std::string> cookie_name(const std::string& name) {
    if (name.empty() || gateway::http::is_token(name)) return name;
    return fail(
        Errc::invalid_argument,
        "--cookie: '" + name + "' is no name of a cookie; use letters, digits and !#$%&'*+-.^_`|~"
    );
}

gateway::engineio::Options engine_options(const options::ServeOptions& options, std::string path) {
    gateway::engineio::Options engine;
    engine.path = std::move(path);
    engine.excluded_paths = gateway::web::socketio_client_files(engine.path);
    engine.ping_interval = options.ping_interval;
    engine.ping_timeout = options.ping_timeout;
    engine.upgrade_timeout = options.upgrade_timeout;
    engine.close_timeout = options.close_timeout;
    engine.max_payload = options.max_payload;
    engine.queued_bytes_max = options.send_queue_bytes;
    engine.sessions_max = options.sessions_max;
    engine.upgrades_max = options.upgrades_max;
    engine.handshake_rate = rate_of(options.handshake_rate);
    engine.allow_polling = options.transports != options::Transports::websocket;
    engine.allow_websocket = options.transports != options::Transports::polling;
    engine.allow_upgrades = options.upgrades;
    return engine;
}

gateway::net::ServerOptions server_options(const options::ServeOptions& options) {
    gateway::net::ServerOptions server;
    server.host = options.host;
    server.port = options.port;
    server.connections_max = options.connections_max;
    server.half_open_max = options.half_open_max;
    server.queued_bytes_max = options.send_queue_bytes;
    server.head.bytes_max = options.header_bytes_max;
    server.head.headers_max = options.headers_max;
    server.request_rate = rate_of(options.request_rate);
    server.head_timeout = options.head_timeout;
    server.body_timeout = options.body_timeout;
    server.idle_timeout = options.idle_timeout;
    server.send_timeout = options.send_timeout;
    server.drain_timeout = options.drain_timeout;
    return server;
}

}  // namespace

Result<std::shared_ptr<const TlsContext>> load_tls(const options::ServeOptions& options) {
    if (options.tls_cert.empty() && options.tls_key.empty()) return nullptr;
    if (options.tls_cert.empty() || options.tls_key.empty()) {
        return fail(Errc::invalid_argument, "--tls-cert and --tls-key go together; give both");
    }
    return TlsContext::load({.certificate = options.tls_cert, .key = options.tls_key});
}

Result<gateway::GatewayOptions> gateway_options(
    const options::ServeOptions& options, flight::TimeZone zone
) {
    gateway::EndpointOptions endpoints{
        .topics = options.topics(),
        .replay =
            {.topics = options.topics().outcomes(),
             .behind_group = options.archiver_group,
             .window = options.replay_window},
        .zone = zone,
        .web_root = options.web_root,
        .accept_timeout = options.accept_timeout,
        .delivery = {},
        .socketio = {}
    };
    endpoints.delivery.cache_bytes_max = options.cache_bytes;
    endpoints.delivery.request_timeout = options.request_timeout;
    endpoints.delivery.waits_per_client_max = options.rooms_max;
    endpoints.delivery.waiters_max = options.waiters_max;
    FC_TRY(std::string path, socketio_path(options.socketio_path));
    endpoints.socketio.engine = engine_options(options, std::move(path));
    FC_TRY(endpoints.socketio.engine.cors_origins, cors_origins(options.cors_origin));
    FC_TRY(endpoints.socketio.engine.cookie, cookie_name(options.cookie));
    endpoints.socketio.connect_timeout = options.connect_timeout;
    endpoints.socketio.packet_timeout = options.packet_timeout;
    endpoints.socketio.rooms_per_socket_max = options.rooms_max;
    FC_TRY(endpoints.token, cli::find_token(options.token, options.token_file));
    auto names = gateway::original::parse_event_aliases(options.event_aliases);
    if (!names) return fail(Errc::invalid_argument, "--event-aliases: " + names.error().detail);
    endpoints.event_names = *std::move(names);
    gateway::net::ServerOptions server = server_options(options);
    FC_TRY(server.tls, load_tls(options));
    return gateway::GatewayOptions{.endpoints = std::move(endpoints), .server = std::move(server)};
}

}  // namespace flightcast::app::serve
