// SPDX-License-Identifier: Apache-2.0
//
// The rows of the option table that the server and its clients have. Defaults stand in
// ServeOptions, bounds here.
#include <array>

#include "app/options/option_fields.h"

namespace flightcast::app::options {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

constexpr std::array<std::string_view, 4> kLogFormats = {"auto", "text", "json", "ecs"};
constexpr std::array<std::string_view, 4> kLogLevels = {"debug", "info", "warning", "error"};
constexpr std::array<std::string_view, 3> kTransports = {"all", "polling", "websocket"};

constexpr std::array kServerRows = {
    OptionSpec{
        .name = "host",
        .help = "Address to listen on; 0.0.0.0 for every network of this machine.",
        .field = TextField{&Options::host},
    },
    OptionSpec{
        .name = "port",
        .help = "Port to listen on; 0 lets the system choose one.",
        .field = PortField{&Options::port},
    },
    OptionSpec{
        .name = "data-dir",
        .help = "Folder of the event log and the store; made when it is missing.",
        .field = PathField{&Options::data_dir},
        .default_note = "$XDG_DATA_HOME/flightcast, else ~/.local/share/flightcast",
    },
    OptionSpec{
        .name = "model",
        .help = "Folder of a model bundle, as 'flightcast train' writes it.",
        .field = PathField{&Options::model},
        .default_note = "the bundled model",
    },
    OptionSpec{
        .name = "demo",
        .help =
            "Play a real week of flights, 600 times as fast as it was, into a data folder of its "
            "own unless --data-dir names one: the first thing a new user may do.",
        .field = SwitchField{&Options::demo},
    },
    OptionSpec{
        .name = "web-root",
        .help = "Folder of pages of your own, served at / before the built-in ones.",
        .field = PathField{&Options::web_root},
        .default_note = "none",
    },
    OptionSpec{
        .name = "secret-file",
        .help =
            "File whose content turns an Idempotency-Key into an id; the same for all gateways.",
        .field = PathField{&Options::secret_file},
        .default_note = "made in the data folder",
    },
    OptionSpec{
        .name = "cors-origin",
        .help = "Origins whose pages may use Socket.IO and HTTP here, joined by commas; * for all.",
        .field = TextField{&Options::cors_origin, true},
        .default_note = "none but its own",
    },
    OptionSpec{
        .name = "tls-cert",
        .help = "PEM file of the server's certificate and its chain; read again on SIGHUP.",
        .field = PathField{&Options::tls_cert},
        .default_note = "none: plain HTTP",
        .reloadable = true,
    },
    OptionSpec{
        .name = "tls-key",
        .help = "PEM file of the certificate's key; read again on SIGHUP.",
        .field = PathField{&Options::tls_key},
        .default_note = "none: plain HTTP",
        .reloadable = true,
    },
    OptionSpec{
        .name = "token",
        .help = "Token that clients must bring to submit, join and read; better set by the "
                "environment or a file than by the flag, which others can see.",
        .field = TextField{&Options::token},
        .default_note = "none: everybody may",
        .secret = true,
        .reloadable = true,
    },
    OptionSpec{
        .name = "token-file",
        .help = "File with the token that clients must bring.",
        .field = PathField{&Options::token_file},
        .default_note = "none: everybody may",
        .reloadable = true,
    },
    OptionSpec{
        .name = "admin-token",
        .help = "Token for lists of arrivals, asked for on every address; better set by the "
                "environment or a file than by the flag, which others can see.",
        .field = TextField{&Options::admin_token},
        .default_note = "made in the data folder",
        .secret = true,
        .reloadable = true,
    },
    OptionSpec{
        .name = "admin-token-file",
        .help = "File with the token for lists of arrivals.",
        .field = PathField{&Options::admin_token_file},
        .default_note = "admin-token in the data folder",
        .reloadable = true,
    },
    OptionSpec{
        .name = "accept-event-time",
        .help = "Take RequestedAt, ArrivedAt and ReportedAt from clients, for replays; else they "
                "are refused and the time counts at which a record was appended.",
        .field = SwitchField{&Options::accept_event_time},
    },
    OptionSpec{
        .name = "socketio-path",
        .help = "Where Socket.IO is served; clients are told by their option path.",
        .field = TextField{&Options::socketio_path},
    },
    OptionSpec{
        .name = "transports",
        .help = "How Socket.IO clients may connect.",
        .field = choice<&Options::transports>(kTransports),
    },
    OptionSpec{
        .name = "upgrades",
        .help = "Let Socket.IO clients go from polling to websocket; --no-upgrades keeps them.",
        .field = SwitchField{&Options::upgrades},
    },
    OptionSpec{
        .name = "cookie",
        .help = "Name of a cookie with the Socket.IO session, for balancers that keep to it.",
        .field = TextField{&Options::cookie, true},
        .default_note = "none is set",
    },
    OptionSpec{
        .name = "event-aliases",
        .help = "More names for events, as join=subscribe,request_id=uuid, or known.",
        .field = TextField{&Options::event_aliases, true},
        .default_note = "none",
    },
    OptionSpec{
        .name = "instance-id",
        .help = "Name of this process among others; stable over restarts, unique at any moment.",
        .field = TextField{&Options::instance_id},
        .default_note = "host name, role and port; none without a port",
    },
    OptionSpec{
        .name = "log-format",
        .help = "How log lines look; auto is text on a terminal and json elsewhere.",
        .field = choice<&Options::log_format>(kLogFormats),
    },
    OptionSpec{
        .name = "log-level",
        .help = "The least important log lines that are written.",
        .field = choice<&Options::log_level>(kLogLevels),
        .reloadable = true,
    },
    OptionSpec{
        .name = "otlp-endpoint",
        .help = "Where spans of traces go, by OTLP over HTTP: http://HOST:4318.",
        .field = TextField{&Options::otlp_endpoint},
        .default_note = "OTEL_EXPORTER_OTLP_ENDPOINT of the environment, else nothing is traced",
    },
    OptionSpec{
        .name = "trace-sample",
        .help =
            "Share of the requests that are traced, 0 to 1; a client's traceparent decides for its "
            "own.",
        .field = TextField{&Options::trace_sample},
    },
    OptionSpec{
        .name = "accept-timeout",
        .help = "How long a submission may wait for the log before it is answered 503.",
        .field = duration(&Options::accept_timeout, 10ms, 1min),
    },
    OptionSpec{
        .name = "request-timeout",
        .help = "How long a client waits before it is told of a timeout; the request goes on.",
        .field = duration(&Options::request_timeout, 100ms, days(1)),
    },
    OptionSpec{
        .name = "drain-timeout",
        .help = "How long a stopping server finishes what is under way.",
        .field = duration(&Options::drain_timeout, 0ms, 10min),
    },
    OptionSpec{
        .name = "replay-window",
        .help = "How far back outcomes are read into the cache at start.",
        .field = duration(&Options::replay_window, 0ms, days(7)),
    },
    OptionSpec{
        .name = "ping-interval",
        .help = "Time between two heartbeats to a Socket.IO client.",
        .field = duration(&Options::ping_interval, 10ms, 1h),
    },
    OptionSpec{
        .name = "ping-timeout",
        .help = "How long a Socket.IO client may take to answer a heartbeat.",
        .field = duration(&Options::ping_timeout, 10ms, 1h),
    },
    OptionSpec{
        .name = "upgrade-timeout",
        .help = "How long a Socket.IO client may take to go from polling to websocket.",
        .field = duration(&Options::upgrade_timeout, 100ms, 10min),
    },
    OptionSpec{
        .name = "connect-timeout",
        .help = "How long a Socket.IO session may last before it joins a namespace.",
        .field = duration(&Options::connect_timeout, 100ms, 1h),
    },
    OptionSpec{
        .name = "packet-timeout",
        .help = "How long a Socket.IO client may take for the attachments of a packet.",
        .field = duration(&Options::packet_timeout, 100ms, 1h),
    },
    OptionSpec{
        .name = "close-timeout",
        .help = "How long a closed session over polling waits for the poll that tells its client.",
        .field = duration(&Options::close_timeout, 100ms, 1h),
    },
    OptionSpec{
        .name = "head-timeout",
        .help = "How long a client may take for the head of a request, TLS handshake included.",
        .field = duration(&Options::head_timeout, 100ms, 10min),
    },
    OptionSpec{
        .name = "body-timeout",
        .help = "How long a client may take for a body or a websocket message.",
        .field = duration(&Options::body_timeout, 100ms, 1h),
    },
    OptionSpec{
        .name = "idle-timeout",
        .help = "How long a connection stays open between two requests.",
        .field = duration(&Options::idle_timeout, 100ms, 1h),
    },
    OptionSpec{
        .name = "send-timeout",
        .help = "How long a client may take nothing of what is sent to it.",
        .field = duration(&Options::send_timeout, 100ms, 1h),
    },
    OptionSpec{
        .name = "cache-bytes",
        .help = "Memory for outcomes kept for clients that join late.",
        .field = SizeField{&Options::cache_bytes, 1_MB, 100'000_MB},
    },
    OptionSpec{
        .name = "max-payload",
        .help = "Largest message that a Socket.IO client may send.",
        .field = SizeField{&Options::max_payload, 1'000, 100_MB},
    },
    OptionSpec{
        .name = "connections-max",
        .help = "Most connections open at once; more are answered 503 and closed.",
        .field = CountField{&Options::connections_max, 1, 1'000'000},
    },
    OptionSpec{
        .name = "sessions-max",
        .help = "Most Socket.IO sessions at once; more are answered 503.",
        .field = CountField{&Options::sessions_max, 1, 1'000'000},
    },
    OptionSpec{
        .name = "half-open-max",
        .help = "Most connections without a request yet; the oldest gives way.",
        .field = CountField{&Options::half_open_max, 1, 1'000'000},
    },
    OptionSpec{
        .name = "upgrades-max",
        .help = "Most upgrades to websocket under way; more go on polling.",
        .field = CountField{&Options::upgrades_max, 1, 1'000'000},
    },
    OptionSpec{
        .name = "rooms-max",
        .help = "Most predictions that one client may wait for.",
        .field = CountField{&Options::rooms_max, 1, 100'000},
    },
    OptionSpec{
        .name = "waiters-max",
        .help = "Most predictions that all clients together may wait for.",
        .field = CountField{&Options::waiters_max, 1, 10'000'000},
    },
    OptionSpec{
        .name = "send-queue-bytes",
        .help = "What may wait for one slow client before it is closed.",
        .field = SizeField{&Options::send_queue_bytes, 10'000, 1'000_MB},
    },
    OptionSpec{
        .name = "header-bytes-max",
        .help = "Largest head of an HTTP request; larger ones are answered 431.",
        .field = SizeField{&Options::header_bytes_max, 1'000, 1_MB},
    },
    OptionSpec{
        .name = "headers-max",
        .help = "Most header lines of an HTTP request; more are answered 431.",
        .field = CountField{&Options::headers_max, 10, 10'000},
    },
    OptionSpec{
        .name = "request-rate",
        .help = "HTTP requests per second from one address, as many at once; 0 for no limit.",
        .field = CountField{&Options::request_rate, 0, 1'000'000},
    },
    OptionSpec{
        .name = "handshake-rate",
        .help = "Socket.IO sessions per second from one address, as many at once; 0 for no limit.",
        .field = CountField{&Options::handshake_rate, 0, 1'000'000},
    },
    OptionSpec{
        .name = "log-retention",
        .help = "How long records stay in the event log, once they are archived.",
        .field = duration(&Options::log_retention, 1min, days(3650)),
        .reloadable = true,
    },
    OptionSpec{
        .name = "log-retention-bytes",
        .help = "Size of the event log from which the oldest archived records go.",
        .field = SizeField{&Options::log_retention_bytes, 1_MB, 100'000'000_MB},
        .reloadable = true,
    },
    OptionSpec{
        .name = "store-retention",
        .help = "How long outcomes stay in the store; 0 keeps them for ever.",
        .field = duration(&Options::store_retention, 0ms, days(3650)),
        .reloadable = true,
    },
};

}  // namespace

std::span<const OptionSpec> server_rows() {
    return kServerRows;
}

}  // namespace flightcast::app::options
