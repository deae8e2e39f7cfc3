// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "app/cli_values.h"
#include "app/commands.h"
#include "app/program.h"
#include "base/clock.h"
#include "base/random.h"
#include "load/options.h"
#include "load/runner.h"

namespace flightcast::app {
namespace {

struct LoadCommand {
    std::string url = "http://127.0.0.1:5001";
    std::string duration = "10s";
    std::string warmup = "2s";
    std::string timeout = "10s";
    std::uint64_t requests = 0;
    int pid = 0;
    bool as_json = false;
    bool allow_remote = false;
    load::LoadOptions options;
};

bool is_loopback(const std::string& host) {
    return host.starts_with("127.") || host == "localhost" || host == "::1";
}

base::Result<std::chrono::milliseconds> named_duration(
    const char* name, const std::string& text
) {
    auto value = parse_duration(text);
    if (value) return value;
    return base::fail(base::Errc::invalid_argument, std::string(name) + ": " + value.error().detail);
}

base::Result<load::LoadOptions> options_of(const LoadCommand& command) {
    load::LoadOptions options = command.options;
    FC_TRY(options.target, load::parse_target(command.url));
    FC_TRY(options.duration, named_duration("--duration", command.duration));
    FC_TRY(options.warmup, named_duration("--warmup", command.warmup));
    FC_TRY(options.timeout, named_duration("--timeout", command.timeout));
    if (command.requests > 0) options.requests = command.requests;
    if (command.pid > 0) options.pid = command.pid;
    if (!is_loopback(options.target.host) && !command.allow_remote) {
        return base::fail(
            base::Errc::invalid_argument,
            "--url: " + options.target.host +
                " is another machine; load it only with its owner's consent and --allow-remote"
        );
    }
    options.progress = [](const std::string& line) { std::fprintf(stderr, "%s\n", line.c_str()); };
    return options;
}

ExitCode run(const LoadCommand& command) {
    const auto options = options_of(command);
    if (!options) return usage_error(options.error());
    const base::SystemClock clock;
    base::SystemRandom random;
    const auto report = load::run_load(*options, clock, random);
    if (!report) return failure(report.error());
    const std::string text = command.as_json ? load::report_json(*report) + "\n"
                                             : load::report_text(*report);
    std::fputs(text.c_str(), stdout);
    return {.value = report->is_clean() ? 0 : 1};
}

}  // namespace

void add_load_command(CLI::App& program, ExitCode& exit_code) {
    CLI::App* const command = program.add_subcommand(
        "load", "Put a server under load: post flights, wait for their outcomes, report latencies."
    );
    const auto state = std::make_shared<LoadCommand>();
    command->add_option("--url", state->url, "The server.")->capture_default_str();
    command->add_option("--rate", state->options.rate, "Requests per second; 0: as fast as possible.")
        ->capture_default_str()
        ->check(CLI::NonNegativeNumber);
    command->add_option("--connections", state->options.connections, "Clients that post and wait.")
        ->capture_default_str()
        ->check(CLI::Range(1, 10'000));
    command->add_option("--duration", state->duration, "How long to measure.")->capture_default_str();
    command->add_option("--warmup", state->warmup, "What to send before, unmeasured.")
        ->capture_default_str();
    command->add_option("--requests", state->requests, "Send so many in all, instead of --duration.");
    command->add_option("--timeout", state->timeout, "How long to wait for the last outcomes.")
        ->capture_default_str();
    command->add_flag("--post-only", state->options.post_only, "Do not wait for outcomes.");
    command
        ->add_option(
            "--idle-connections", state->options.idle_connections, "Websockets besides that only stay."
        )
        ->check(CLI::Range(0, 20'000));
    command->add_option("--pid", state->pid, "The server's process, to report what it uses.");
    command->add_flag("--allow-remote", state->allow_remote, "Allow a server on another machine.");
    command->add_flag("--json", state->as_json, "Print JSON.");
    command->footer(
        "Requests are sent on a fixed schedule, and latencies count from the intended time, so that a\n"
        "server that stalls cannot hide what it kept waiting. Exit code 1 when an outcome was lost,\n"
        "doubled or misdelivered, or a request was refused.\n"
        "\n"
        "Examples:\n"
        "  flightcast load --rate 100 --duration 30s\n"
        "  flightcast load --rate 0 --connections 64 --post-only       how many per second?\n"
        "  flightcast load --idle-connections 1000 --pid $(pidof flightcast) --json"
    );
    command->callback([state, &exit_code] { exit_code = run(*state); });
}

}  // namespace flightcast::app
