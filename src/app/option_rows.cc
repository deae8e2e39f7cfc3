// SPDX-License-Identifier: Apache-2.0
//
// The rows of the option table. Defaults stand in ServeOptions, bounds here.
#include <array>

#include "app/option_table.h"

namespace flightcast::app {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

constexpr std::array<std::string_view, 3> kLogFormats = {"auto", "text", "json"};
constexpr std::array<std::string_view, 4> kLogLevels = {"debug", "info", "warning", "error"};
constexpr std::array<std::string_view, 2> kResponseFields = {"all", "original"};

// A choice whose value is the enumeration `member`, enumerators in the order of `names`.
template <auto member>
constexpr ChoiceField choice(std::span<const std::string_view> names) {
    using Enum = std::remove_cvref_t<decltype(ServeOptions{}.*member)>;
    return {
        .names = names,
        .get =
            [](const ServeOptions& options) { return static_cast<std::size_t>(options.*member); },
        .set = [](ServeOptions& options,
                  std::size_t value) { options.*member = static_cast<Enum>(value); },
    };
}

constexpr DurationField duration(
    std::chrono::milliseconds ServeOptions::* member,
    std::chrono::milliseconds min,
    std::chrono::milliseconds max
) {
    return {.member = member, .min = min, .max = max};
}

constexpr std::size_t operator""_MB(unsigned long long count) {
    return count * 1'000'000;
}

using Options = ServeOptions;

constexpr std::array kRows = {
    OptionSpec{
        .name = "host",
        .help = "Address to listen on; 0.0.0.0 for every network of this machine.",
        .field = TextField{&Options::host, false},
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
        .name = "web-root",
        .help = "Folder of pages of your own, served at / before the built-in ones.",
        .field = PathField{&Options::web_root},
        .default_note = "none",
    },
    OptionSpec{
        .name = "cors-origin",
        .help = "Origin whose pages may call this server, or * for all.",
        .field = TextField{&Options::cors_origin},
        .default_note = "none but its own",
    },
    OptionSpec{
        .name = "instance-id",
        .help = "Name of this process among others; stable over restarts, unique at any moment.",
        .field = TextField{&Options::instance_id},
        .default_note = "host name, role and port",
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
        .help = "Most connections open at once; more have to wait.",
        .field = CountField{&Options::connections_max, 1, 1'000'000},
    },
    OptionSpec{
        .name = "log-retention",
        .help = "How long records stay in the event log, once they are archived.",
        .field = duration(&Options::log_retention, 1min, days(3650)),
    },
    OptionSpec{
        .name = "log-retention-bytes",
        .help = "Size of the event log from which the oldest archived records go.",
        .field = SizeField{&Options::log_retention_bytes, 1_MB, 100'000'000_MB},
    },
    OptionSpec{
        .name = "store-retention",
        .help = "How long outcomes stay in the store; 0 keeps them for ever.",
        .field = duration(&Options::store_retention, 0ms, days(3650)),
    },
    OptionSpec{
        .name = "response-fields",
        .help = "Fields of a prediction: all, or only those of the original system.",
        .field = choice<&Options::response_fields>(kResponseFields),
    },
    OptionSpec{
        .name = "timezone",
        .help = "Time zone of the timestamps in records, a name of the tz database.",
        .field = TextField{&Options::timezone, false},
    },
    OptionSpec{
        .name = "request-topic",
        .help = "Topic of the requests.",
        .field = TextField{&Options::request_topic, false},
    },
    OptionSpec{
        .name = "response-topic",
        .help = "Topic of the predictions.",
        .field = TextField{&Options::response_topic, false},
    },
    OptionSpec{
        .name = "dead-letter-topic",
        .help = "Topic of the requests that could not be scored, with the reason.",
        .field = TextField{&Options::dead_letter_topic, false},
    },
};

}  // namespace

std::span<const OptionSpec> option_table() {
    return kRows;
}

}  // namespace flightcast::app
