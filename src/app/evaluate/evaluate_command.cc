// SPDX-License-Identifier: Apache-2.0
#include <CLI/App.hpp>
#include <algorithm>
#include <boost/json.hpp>
#include <cstdio>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "app/cli/data_flags.h"
#include "app/cli/day_flag.h"
#include "app/cli/output_file.h"
#include "app/cli/program.h"
#include "app/cli/signals.h"
#include "app/evaluate/evaluate_command.h"
#include "app/evaluate/evaluate_run.h"
#include "app/train/train_report.h"
#include "evaluate/html_report.h"
#include "evaluate/json_report.h"
#include "evaluate/text_report.h"

namespace flightcast::app::evaluate {
namespace {

struct EvaluateCommand {
    EvaluateOptions options;
    std::string from;
    std::string until;
    bool as_json = false;
    std::filesystem::path html;
};

std::string text_of(const EvaluateOutcome& outcome) {
    std::string text;
    for (const dataset::FileReport& report : outcome.reports) text += train::file_text(report);
    for (const std::string& note : outcome.notes) text += "note: " + note + "\n";
    return text + flightcast::evaluate::text_report(outcome.judgement);
}

std::string json_of(const EvaluateOutcome& outcome) {
    boost::json::object object = flightcast::evaluate::json_report(outcome.judgement);
    object["notes"] = boost::json::array(outcome.notes.begin(), outcome.notes.end());
    return boost::json::serialize(object) + "\n";
}

base::Result<void> evaluate_and_report(EvaluateCommand& command) {
    cli::Signals signals;
    std::stop_source stop;
    signals.handle({.stop = [&stop] { stop.request_stop(); }});
    command.options.load.stop = stop.get_token();
    FC_TRY(std::optional<cli::OutputFile> page, cli::OutputFile::open_if_named(command.html));
    cli::say_repeated(command.options.data);
    FC_TRY(const EvaluateOutcome outcome, evaluate_models(command.options));
    const std::string report = command.as_json ? json_of(outcome) : text_of(outcome);
    std::fputs(report.c_str(), stdout);
    if (!page) return {};
    std::string notes;
    for (const std::string& note : outcome.notes) notes += note + ". ";
    FC_TRY_VOID(page->write(
        flightcast::evaluate::html_report(
            outcome.judgement,
            {.title = "How good is " + outcome.judgement.contestants.front().name + "?",
             .notes = notes}
        )
    ));
    return page->keep();
}

base::Result<void> finish_options(EvaluateCommand& command) {
    FC_TRY(command.options.from, cli::read_day("--from", command.from));
    FC_TRY(command.options.until, cli::read_day("--until", command.until));
    FC_TRY(command.options.load.columns, dataset::ColumnNames::parse(command.options.columns));
    std::vector<std::filesystem::path> inputs = command.options.data;
    for (const std::filesystem::path& file : command.options.history) inputs.push_back(file);
    std::vector<std::filesystem::path> models = command.options.against;
    models.push_back(command.options.model);
    for (const std::filesystem::path& model : models) {
        for (std::filesystem::path& file : cli::files_of_model(model))
            inputs.push_back(std::move(file));
    }
    return cli::check_files_apart({.inputs = inputs, .outputs = std::span(&command.html, 1)});
}

cli::ExitCode run(EvaluateCommand& command) {
    if (const auto ready = finish_options(command); !ready) return cli::usage_error(ready.error());
    if (const auto done = evaluate_and_report(command); !done) return cli::failure(done.error());
    return {};
}

void add_flags(CLI::App& flags, EvaluateCommand& state) {
    EvaluateOptions& options = state.options;
    flags
        .add_option("--model", options.model, "Folder of the model to judge, else the bundled one.")
        ->type_name("DIR");
    flags.add_option("--data", options.data, cli::kDataHelp)->required()->type_name("FILE...");
    flags
        .add_option(
            "--history",
            options.history,
            "Files of flights before those of --data: what models with online features may know."
        )
        ->type_name("FILE...");
    cli::add_columns_flag(flags, options.columns);
    flags.add_option("--against", options.against, "Folders of other models to judge beside it.")
        ->type_name("DIR...");
    flags.add_option("--from", state.from, "Judge on flights from this day on.")->type_name("DAY");
    flags.add_option("--until", state.until, "Judge on flights up to this day.")->type_name("DAY");
    flags.add_flag(
        "--all-days",
        options.all_days,
        "Judge on days, too, that a model learned from; that flatters it."
    );
    flags.add_flag("--json", state.as_json, "Print the figures as JSON.");
    flags.add_option("--html", state.html, "Write the figures to this file, as a page with plots.")
        ->type_name("FILE");
    flags.add_option("--bad-rows-max", options.load.bad_rows_max, "Bad rows to skip in each file.")
        ->capture_default_str();
    flags.add_option("--seed", options.seed, "Seed of the intervals.")->capture_default_str();
    flags.add_option("--threads", options.threads, "Threads; the figures are the same with any.")
        ->check(CLI::Range(std::size_t{1}, cli::kThreadsMax))
        ->capture_default_str();
}

}  // namespace

void add_evaluate_command(CLI::App& program, cli::ExitCode& exit_code) {
    CLI::App* const command = program.add_subcommand(
        "evaluate", "Judge a model on flights that are later than those it learned from."
    );
    const auto state = std::make_shared<EvaluateCommand>();
    state->options.threads =
        std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, cli::kThreadsMax);
    add_flags(*command, *state);
    command->footer(
        "Examples:\n"
        "  flightcast evaluate --model my-model --data april.zip\n"
        "  flightcast evaluate --model my-model --against models/default original \\\n"
        "      --data april.zip may.zip --html report.html\n"
        "\n"
        "Flights of days that any of the models learned from are left out. Beside the models "
        "stand\n"
        "the class shares ('majority') and a table of the departure delay alone. Ranges are 95 %\n"
        "intervals from drawing whole days."
    );
    command->callback([state, &exit_code] { exit_code = run(*state); });
}

}  // namespace flightcast::app::evaluate
