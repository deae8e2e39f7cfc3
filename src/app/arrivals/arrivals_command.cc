// SPDX-License-Identifier: Apache-2.0
#include "app/arrivals/arrivals_command.h"

#include <CLI/App.hpp>
#include <array>
#include <cstdio>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "app/arrivals/import_run.h"
#include "app/arrivals/tail_command.h"
#include "app/cli/cli_values.h"
#include "app/cli/data_flags.h"
#include "app/cli/program.h"
#include "app/cli/signals.h"
#include "app/options/option_flags.h"

namespace flightcast::app::arrivals {

using base::Errc;
using base::fail;
using base::Result;

namespace {

constexpr std::array<std::string_view, 12> kOptionNames = {
    "kafka",
    "kafka-option",
    "kafka-user",
    "kafka-password",
    "kafka-password-file",
    "data-dir",
    "model",
    "admin-token",
    "admin-token-file",
    "arrival-topic",
    "evaluation-topic",
    "partitions",
};

struct ImportCommand {
    explicit ImportCommand(CLI::App& command) : flags(command, kOptionNames) {}

    options::OptionFlags flags;
    ImportOptions options;
    std::string columns;
    std::string report_lag;
    bool without_times = false;
    bool as_json = false;
};

Result<ImportOptions> finish_options(const ImportCommand& command) {
    ImportOptions options = command.options;
    FC_TRY(options.list.columns, dataset::ColumnNames::parse(command.columns));
    if (command.without_times) options.times = Times::none;
    if (command.report_lag.empty()) return options;
    const auto lag = cli::parse_duration(command.report_lag);
    if (!lag) return fail(Errc::invalid_argument, "--report-lag: " + lag.error().detail);
    options.report_lag = std::chrono::floor<std::chrono::seconds>(*lag);
    return options;
}

cli::ExitCode run(const ImportCommand& command) {
    const auto settings = command.flags.settings();
    if (!settings) return cli::usage_error(settings.error());
    auto options = finish_options(command);
    if (!options) return cli::usage_error(options.error());
    std::stop_source stop;
    cli::Signals signals;
    signals.handle({.stop = [&stop] { stop.request_stop(); }});
    const auto imported = import_arrivals(*std::move(options), settings->options, stop.get_token());
    if (!imported) {
        const bool is_usage = imported.error().code == Errc::invalid_argument;
        return is_usage ? cli::usage_error(imported.error()) : cli::failure(imported.error());
    }
    std::printf(
        command.as_json
            ? "{\"reports\":%zu,\"landed\":%zu,\"diverted\":%zu,\"cancelled\":%zu}\n"
            : "%zu reports handed over: %zu flights landed, %zu were diverted, %zu cancelled\n",
        imported->reports,
        imported->landed,
        imported->diverted,
        imported->cancelled
    );
    return {};
}

void add_flags(CLI::App& flags, ImportCommand& state) {
    ImportOptions& options = state.options;
    flags.add_option("files", options.data, cli::kDataHelp)->required()->type_name("FILE...");
    cli::add_columns_flag(flags, state.columns);
    flags.add_option("--url", options.url, "A server to post to, instead of the data folder.")
        ->type_name("URL");
    flags.add_option("--source", options.source, "The name of the source of the reports.")
        ->capture_default_str();
    flags.add_option(
        "--report-lag",
        state.report_lag,
        "Count reports from this time after each landing on, such as 0s or 30m [from now on]."
    );
    flags.add_flag(
        "--without-times",
        state.without_times,
        "Hand over delays alone: for a server without --accept-event-time."
    );
    flags
        .add_option(
            "--bad-rows-max", options.list.bad_rows_max, "Bad rows to leave out before giving up."
        )
        ->capture_default_str();
    flags.add_flag("--json", state.as_json, "Print the counts as one JSON object.");
}

}  // namespace

void add_arrivals_command(CLI::App& program, cli::ExitCode& exit_code) {
    CLI::App* const arrivals = program.add_subcommand(
        "arrivals", "What really happened to flights: reports that predictions are judged by."
    );
    arrivals->require_subcommand(1);
    CLI::App* const command =
        arrivals->add_subcommand("import", "Hand over the arrivals in files of flights.");
    const auto state = std::make_shared<ImportCommand>(*command);
    add_flags(*command, *state);
    command->footer(
        "It may be repeated: a report that is known already changes nothing, a corrected one "
        "replaces it.\n"
        "\n"
        "Examples:\n"
        "  flightcast arrivals import yesterday.csv --url http://127.0.0.1:5001 --without-times\n"
        "  flightcast arrivals import 2008-04.zip --data-dir ./data --report-lag 0s\n"
        "  flightcast arrivals import *.csv.gz --kafka k1:9092"
    );
    command->callback([state, &exit_code] { exit_code = run(*state); });
    add_tail_command(*arrivals, exit_code);
}

}  // namespace flightcast::app::arrivals
