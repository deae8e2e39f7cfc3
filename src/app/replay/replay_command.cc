// SPDX-License-Identifier: Apache-2.0
#include "app/replay/replay_command.h"

#include <CLI/App.hpp>
#include <array>
#include <charconv>
#include <cstdio>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "app/cli/cli_values.h"
#include "app/cli/data_flags.h"
#include "app/cli/day_flag.h"
#include "app/cli/program.h"
#include "app/cli/signals.h"
#include "app/options/option_flags.h"
#include "app/replay/replay_run.h"

namespace flightcast::app::replay {

namespace core = flightcast::replay;
using base::Errc;
using base::fail;
using base::Result;

namespace {

constexpr std::array<std::string_view, 18> kOptionNames = {
    "data-dir",
    "model",
    "timezone",
    "token",
    "token-file",
    "admin-token",
    "admin-token-file",
    "kafka",
    "kafka-option",
    "kafka-user",
    "kafka-password",
    "kafka-password-file",
    "request-topic",
    "response-topic",
    "dead-letter-topic",
    "arrival-topic",
    "evaluation-topic",
    "partitions",
};
constexpr double kSpeedMax = 1e9;

struct ReplayCommand {
    explicit ReplayCommand(CLI::App& command) : flags(command, kOptionNames) {}

    options::OptionFlags flags;
    ReplayOptions options;
    std::string columns;
    std::string speed = "600";
    std::string report_lag = "0s";
    std::string judge_from;
    bool as_json = false;
};

Result<std::optional<double>> parse_speed(const std::string& text) {
    if (text == "max") return std::nullopt;
    double speed = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, speed);
    if (error == std::errc() && stop == end && speed > 0 && speed <= kSpeedMax) return speed;
    return fail(
        Errc::invalid_argument,
        "--speed '" + text +
            "' must be how many times as fast as the flights were, such as 600, or max"
    );
}

Result<ReplayOptions> finish_options(
    const ReplayCommand& command, const options::ServeOptions& serve
) {
    ReplayOptions options = command.options;
    FC_TRY(options.list.columns, dataset::ColumnNames::parse(command.columns));
    FC_TRY(options.play.speed, parse_speed(command.speed));
    FC_TRY(options.play.judge_from, cli::read_day("--judge-from", command.judge_from));
    const auto lag = cli::parse_duration(command.report_lag);
    if (!lag) return fail(Errc::invalid_argument, "--report-lag: " + lag.error().detail);
    options.play.plan.report_lag = std::chrono::floor<std::chrono::seconds>(*lag);
    const bool is_elsewhere = !options.url.empty() || !serve.kafka.empty();
    if (!options.url.empty() && !serve.kafka.empty()) {
        return fail(Errc::invalid_argument, "--url and --kafka: give one of them");
    }
    if (is_elsewhere && !serve.model.empty()) {
        return fail(
            Errc::invalid_argument,
            "--model: the scorers there answer by their own model; give it to them, or leave it out"
        );
    }
    return options;
}

void print_text(const core::Played& played) {
    const core::Counts& counts = played.counts;
    std::printf(
        "%zu flights asked about, %zu reports (%zu arrivals), %zu judged, %zu failed, in %.1f s\n",
        counts.flights,
        counts.reports,
        counts.arrivals,
        counts.judged,
        counts.failed,
        played.seconds.count()
    );
    if (!played.metrics) {
        std::printf("no flight was judged\n");
    } else {
        std::printf(
            "accuracy %.4f, log loss %.4f, macro F1 %.4f, recall of class 0 %.4f, calibration "
            "error "
            "%.4f\n",
            played.metrics->accuracy,
            played.metrics->log_loss,
            played.metrics->macro_f1,
            played.metrics->recall[0],
            played.metrics->calibration_error
        );
    }
    std::printf("digest %s\n", played.digest.c_str());
}

cli::ExitCode run(const ReplayCommand& command) {
    const auto settings = command.flags.settings();
    if (!settings) return cli::usage_error(settings.error());
    auto options = finish_options(command, settings->options);
    if (!options) return cli::usage_error(options.error());
    std::stop_source stop;
    cli::Signals signals;
    signals.handle({.stop = [&stop] { stop.request_stop(); }});
    const auto played = run_replay(*std::move(options), settings->options, stop.get_token());
    if (!played) {
        const bool is_usage = played.error().code == Errc::invalid_argument;
        return is_usage ? cli::usage_error(played.error()) : cli::failure(played.error());
    }
    if (command.as_json) {
        std::printf("%s\n", core::played_json(*played).c_str());
    } else {
        print_text(*played);
    }
    return {};
}

void add_flags(CLI::App& flags, ReplayCommand& state) {
    ReplayOptions& options = state.options;
    flags.add_option("--data", options.data, cli::kDataHelp)->required()->type_name("FILE...");
    cli::add_columns_flag(flags, state.columns);
    flags
        .add_option(
            "--speed", state.speed, "How many times as fast as the flights were, or max: at once."
        )
        ->capture_default_str();
    flags.add_option("--url", options.url, "A server to play to, instead of the data folder.")
        ->type_name("URL");
    flags
        .add_option(
            "--report-lag", state.report_lag, "From a landing to its report: 0s, 30m, 24h ..."
        )
        ->capture_default_str();
    flags.add_flag(
        "--departures",
        options.play.plan.departures,
        "Report departures, too, after their requests."
    );
    flags
        .add_option(
            "--judge-from",
            state.judge_from,
            "Judge flights of this day and later; play earlier ones."
        )
        ->type_name("DAY");
    flags
        .add_option(
            "--position",
            options.position,
            "File that holds how far it is [in the data folder, named after the flights]."
        )
        ->type_name("FILE");
    flags.add_flag("--restart", options.restart, "Begin anew, not where an earlier start ended.");
    flags
        .add_option(
            "--bad-rows-max", options.list.bad_rows_max, "Bad rows to leave out before giving up."
        )
        ->capture_default_str();
    flags.add_flag("--json", state.as_json, "Print the result as one JSON object.");
}

}  // namespace

void add_replay_command(CLI::App& program, cli::ExitCode& exit_code) {
    CLI::App* const command = program.add_subcommand(
        "replay",
        "Play flights of files as they happened: ask when they leave, report when they land."
    );
    const auto state = std::make_shared<ReplayCommand>(*command);
    add_flags(*command, *state);
    command->footer(
        "Every flight is asked about at its departure and reported at its landing, by the times of "
        "the\n"
        "files; a request waits for all reports of its time. Without --url and --kafka it works on "
        "the\n"
        "data folder, with scorer and store of its own. Ctrl-C ends it in good order; the same "
        "command\n"
        "goes on where it was.\n"
        "\n"
        "Examples:\n"
        "  flightcast replay --data april.csv.gz --speed max --data-dir ./replayed --json\n"
        "  flightcast replay --data april.csv.gz --url http://127.0.0.1:5001 --speed 600\n"
        "  flightcast replay --data march.csv april.csv --speed max --judge-from 2008-04-01"
    );
    command->callback([state, &exit_code] { exit_code = run(*state); });
}

}  // namespace flightcast::app::replay
