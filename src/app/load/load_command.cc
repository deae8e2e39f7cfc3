// SPDX-License-Identifier: Apache-2.0
#include <CLI/App.hpp>
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "app/cli/cli_values.h"
#include "app/cli/program.h"
#include "app/cli/token.h"
#include "app/load/load_command.h"
#include "base/clock.h"
#include "base/random.h"
#include "loadtest/run_load.h"

namespace flightcast::app::load {
namespace {

// The flags as given; those that need no parsing are in `options` already.
struct LoadCommand {
    std::string url = "http://127.0.0.1:5001";
    std::string duration = "10s";
    std::string warmup = "2s";
    std::string timeout = "10s";
    std::string join_delay = "0";
    std::string storm_every = "0";
    std::string api = "original";
    std::string transport = "websocket";
    std::vector<std::string> local_addresses;
    std::string token;
    std::filesystem::path token_file;
    std::uint64_t requests = 0;
    std::int32_t pid = 0;
    bool post_only = false;
    bool allow_remote = false;
    bool as_json = false;
    loadtest::LoadOptions options;
};

base::Result<std::chrono::microseconds> duration_of(
    const std::string& flag, const std::string& text
) {
    const auto duration = cli::parse_duration(text);
    if (duration) return *duration;
    return base::fail(duration.error().code, flag + ": " + duration.error().detail);
}

// In the order of load::Api and load::Transport.
const std::vector<std::string> kApis = {"original", "json"};
const std::vector<std::string> kTransports = {"websocket", "polling", "upgrade"};

template <typename Enum>
Enum chosen(const std::vector<std::string>& names, const std::string& name) {
    return static_cast<Enum>(std::ranges::find(names, name) - names.begin());
}

base::Result<loadtest::LoadOptions> options_of(const CLI::App& flags, const LoadCommand& command) {
    loadtest::LoadOptions options = command.options;
    FC_TRY(options.target, loadtest::net::parse_target(command.url));
    FC_TRY(options.duration, duration_of("--duration", command.duration));
    FC_TRY(options.warmup, duration_of("--warmup", command.warmup));
    FC_TRY(options.timeout, duration_of("--timeout", command.timeout));
    FC_TRY(options.join_delay, duration_of("--join-delay", command.join_delay));
    FC_TRY(options.storm_every, duration_of("--storm-every", command.storm_every));
    FC_TRY(options.token, cli::find_token(command.token, command.token_file));
    options.api = chosen<loadtest::Api>(kApis, command.api);
    options.transport = chosen<loadtest::session::Transport>(kTransports, command.transport);
    for (const std::string& text : command.local_addresses) {
        FC_TRY(const auto addresses, loadtest::net::parse_local_addresses(text));
        options.local_addresses.insert(
            options.local_addresses.end(), addresses.begin(), addresses.end()
        );
    }
    if (flags.count("--requests") > 0) {
        options.requests = command.requests;
        // A number of requests is exact; only --warmup leaves some of them out.
        if (flags.count("--warmup") == 0) options.warmup = {};
    }
    if (flags.count("--pid") > 0) options.pid = command.pid;
    if (command.post_only) options.mode = loadtest::Mode::post_only;
    if (command.allow_remote) options.reach = loadtest::Reach::anywhere;
    return options;
}

void print_progress(const loadtest::Progress& progress) {
    std::fprintf(
        stderr,
        "%4llds  sent %llu  accepted %llu  waiting %llu  p50 %.3f ms  p99 %.3f ms\n",
        static_cast<long long>(progress.elapsed.count()),
        static_cast<unsigned long long>(progress.sent),
        static_cast<unsigned long long>(progress.accepted),
        static_cast<unsigned long long>(progress.owed),
        static_cast<double>(progress.us_p50) * 1e-3,
        static_cast<double>(progress.us_p99) * 1e-3
    );
}

cli::ExitCode run(const CLI::App& flags, const LoadCommand& command) {
    const auto options = options_of(flags, command);
    if (!options) return cli::usage_error(options.error());
    const base::SystemClock clock;
    base::SystemRandom random;
    const auto report = loadtest::run_load(*options, clock, random, print_progress);
    if (!report) {
        const bool is_usage = report.error().code == base::Errc::invalid_argument;
        return is_usage ? cli::usage_error(report.error()) : cli::failure(report.error());
    }
    const std::string text =
        command.as_json ? loadtest::report_json(*report) + "\n" : loadtest::report_text(*report);
    std::fputs(text.c_str(), stdout);
    return cli::ExitCode{report->is_clean() ? 0 : 1};
}

// How clients wait for their outcomes.
void add_session_flags(CLI::App& command, LoadCommand& state) {
    loadtest::LoadOptions& options = state.options;
    const auto add = [&](const char* flag, auto& value, const char* help) {
        command.add_option(flag, value, help)->capture_default_str();
    };
    add("--idle-connections", options.idle_connections, "Further sessions that post nothing.");
    command.add_option("--transport", state.transport, "Of the Socket.IO sessions.")
        ->capture_default_str()
        ->check(CLI::IsMember(kTransports));
    add("--storm-every",
        state.storm_every,
        "So often all sessions lose their connections at once; 0: never.");
    add("--socketio-path", options.socketio_path, "Where the server serves Socket.IO.");
    command.add_option("--token", state.token, "The token that the server asks for.")
        ->envname("FLIGHTCAST_TOKEN");
    command.add_option(
        "--token-file", state.token_file, "A file with the token, which other users cannot read."
    );
    command.add_option(
        "--local-address",
        state.local_addresses,
        "Where connections come from: an IPv4 address or a range; may be repeated."
    );
    add("--join-event", options.names.join, "The server's name of the event that joins.");
    add("--join-key", options.names.join_key, "Its name of the id in that event.");
    add("--ready-event", options.names.ready, "Its name of the event with a prediction.");
    add("--failed-event", options.names.failed, "Its name of the event of a failure.");
}

void add_flags(CLI::App& command, LoadCommand& state) {
    loadtest::LoadOptions& options = state.options;
    const auto add = [&](const char* flag, auto& value, const char* help) {
        command.add_option(flag, value, help)->capture_default_str();
    };
    add("--url", state.url, "The server.");
    add("--rate", options.rate, "POSTs per second, on a fixed schedule; 0: as fast as answered.");
    add("--connections", options.connections, "Clients that post and join.");
    add("--http-connections",
        options.http_connections,
        "HTTP connections that the clients share; 0: one for each client.");
    command.add_option("--api", state.api, "The original's endpoint, or the JSON API.")
        ->capture_default_str()
        ->check(CLI::IsMember(kApis));
    add("--batch", options.batch, "Flights in each POST; more than 1 with --api json only.");
    add("--duration", state.duration, "Measured time, after the warm-up.");
    command.add_option("--requests", state.requests, "Send exactly this many, without warm-up.")
        ->excludes("--duration");
    add("--warmup", state.warmup, "Send, but do not measure, for so long.");
    add("--timeout", state.timeout, "So long after the last POST, missing outcomes count as lost.");
    add("--join-delay", state.join_delay, "Join so long after the answer to the POST.");
    add_session_flags(command, state);
    command.add_flag("--post-only", state.post_only, "Only post; join nothing.");
    command.add_option("--pid", state.pid, "The server's process: report its CPU time and memory.");
    command.add_flag("--allow-remote", state.allow_remote, "Accept a server on another machine.");
    command.add_flag("--json", state.as_json, "Print JSON; latencies in microseconds.");
}

}  // namespace

void add_load_command(CLI::App& program, cli::ExitCode& exit_code) {
    CLI::App* const command = program.add_subcommand(
        "load", "Put a server under load and check that every result comes once, to its owner."
    );
    const auto state = std::make_shared<LoadCommand>();
    add_flags(*command, *state);
    command->footer(
        "Posts flights, joins each and waits for its outcome. Latencies count from the time at "
        "which\n"
        "a request was meant to be sent, so that a server that stalls cannot hide it. Exit codes: "
        "0\n"
        "every accepted request had exactly one outcome, 1 it had not, nothing was accepted, or "
        "there\n"
        "is no server, 2 wrong usage.\n"
        "\n"
        "Examples:\n"
        "  flightcast load                                             100 requests/s for 10 s\n"
        "  flightcast load --rate 0 --connections 200 --requests 2000  all at once\n"
        "  flightcast load --rate 0 --connections 64 --post-only       how many POSTs it accepts\n"
        "  flightcast load --idle-connections 1000 --pid $(pidof flightcast) --json\n"
        "  flightcast load --api json --batch 100 --transport upgrade  batches, as the page "
        "listens\n"
        "  flightcast load --connections 9000 --http-connections 64 --storm-every 5s \\\n"
        "      --local-address 127.0.0.2-127.0.0.9                     everybody comes back at "
        "once\n"
        "  flightcast load --join-event subscribe --join-key uuid --ready-event prediction_result"
    );
    command->callback([command, state, &exit_code] { exit_code = run(*command, *state); });
}

}  // namespace flightcast::app::load
