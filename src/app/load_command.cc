// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

#include "app/cli_values.h"
#include "app/commands.h"
#include "app/program.h"
#include "base/clock.h"
#include "base/random.h"
#include "load/run_load.h"

namespace flightcast::app {
namespace {

// The flags as given; those that need no parsing are in `options` already.
struct LoadCommand {
    std::string url = "http://127.0.0.1:5001";
    std::string duration = "10s";
    std::string warmup = "2s";
    std::string timeout = "10s";
    std::string join_delay = "0";
    std::uint64_t requests = 0;
    std::int32_t pid = 0;
    bool post_only = false;
    bool allow_remote = false;
    bool as_json = false;
    load::LoadOptions options;
};

base::Result<std::chrono::microseconds> duration_of(
    const std::string& flag, const std::string& text
) {
    const auto duration = parse_duration(text);
    if (duration) return *duration;
    return base::fail(duration.error().code, flag + ": " + duration.error().detail);
}

base::Result<load::LoadOptions> options_of(const CLI::App& flags, const LoadCommand& command) {
    load::LoadOptions options = command.options;
    FC_TRY(options.target, load::parse_target(command.url));
    FC_TRY(options.duration, duration_of("--duration", command.duration));
    FC_TRY(options.warmup, duration_of("--warmup", command.warmup));
    FC_TRY(options.timeout, duration_of("--timeout", command.timeout));
    FC_TRY(options.join_delay, duration_of("--join-delay", command.join_delay));
    if (flags.count("--requests") > 0) {
        options.requests = command.requests;
        // A number of requests is exact; who wants some of them not measured says so.
        if (flags.count("--warmup") == 0) options.warmup = {};
    }
    if (flags.count("--pid") > 0) options.pid = command.pid;
    if (command.post_only) options.mode = load::Mode::post_only;
    if (command.allow_remote) options.reach = load::Reach::anywhere;
    return options;
}

void print_progress(const load::Progress& progress) {
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

ExitCode run(const CLI::App& flags, const LoadCommand& command) {
    const auto options = options_of(flags, command);
    if (!options) return usage_error(options.error());
    const base::SystemClock clock;
    base::SystemRandom random;
    const auto report = load::run_load(*options, clock, random, print_progress);
    if (!report) {
        const bool is_usage = report.error().code == base::Errc::invalid_argument;
        return is_usage ? usage_error(report.error()) : failure(report.error());
    }
    const std::string text =
        command.as_json ? load::report_json(*report) + "\n" : load::report_text(*report);
    std::fputs(text.c_str(), stdout);
    return ExitCode{report->is_clean() ? 0 : 1};
}

void add_flags(CLI::App& command, LoadCommand& state) {
    load::LoadOptions& options = state.options;
    const auto add = [&](const char* flag, auto& value, const char* help) {
        command.add_option(flag, value, help)->capture_default_str();
    };
    add("--url", state.url, "The server.");
    add("--rate",
        options.rate,
        "Requests per second, on a fixed schedule; 0: as fast as answered.");
    add("--connections", options.connections, "Clients that post and join.");
    add("--duration", state.duration, "Measured time, after the warm-up.");
    command.add_option("--requests", state.requests, "Send exactly this many, without warm-up.")
        ->excludes("--duration");
    add("--warmup", state.warmup, "Send, but do not measure, for so long.");
    add("--timeout", state.timeout, "So long after the last POST, what has not come is lost.");
    add("--join-delay", state.join_delay, "Join so long after the answer to the POST.");
    command.add_flag("--post-only", state.post_only, "Only post; join nothing.");
    add("--idle-connections", options.idle_connections, "Further sessions that post nothing.");
    command.add_option("--pid", state.pid, "The server's process: report its CPU time and memory.");
    command.add_flag("--allow-remote", state.allow_remote, "Accept a server on another machine.");
    command.add_flag("--json", state.as_json, "Print JSON; latencies in microseconds.");
}

}  // namespace

void add_load_command(CLI::App& program, ExitCode& exit_code) {
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
        "  flightcast load --idle-connections 1000 --pid $(pidof flightcast) --json"
    );
    command->callback([command, state, &exit_code] { exit_code = run(*command, *state); });
}

}  // namespace flightcast::app
