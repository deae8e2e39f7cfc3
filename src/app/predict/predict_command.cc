// SPDX-License-Identifier: Apache-2.0
#include <CLI/App.hpp>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "app/cli/data_flags.h"
#include "app/cli/output_file.h"
#include "app/cli/program.h"
#include "app/predict/predict_command.h"
#include "app/predict/predict_progress.h"
#include "base/clock.h"
#include "batch/predict_files.h"
#include "models/bundled.h"
#include "replay/list_loader.h"
#include "timeline/known_values.h"

namespace flightcast::app::predict {
namespace {

constexpr std::size_t kBadRowsShown = 20;

struct PredictCommand {
    batch::PredictOptions options;
    std::filesystem::path model;
    std::filesystem::path out = "-";
    std::vector<std::filesystem::path> history;
    std::string columns;
    std::string format;  // empty: as --out is called
};

std::atomic<bool> interrupted = false;
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler sets it");

void interrupt(int) {
    interrupted = true;
}

batch::OutputFormat format_of(const PredictCommand& command) {
    using batch::OutputFormat;
    if (!command.format.empty()) {
        return command.format == "csv" ? OutputFormat::csv : OutputFormat::jsonl;
    }
    const std::filesystem::path extension = command.out.extension();
    const bool is_json = extension == ".jsonl" || extension == ".json" || extension == ".ndjson";
    return is_json ? OutputFormat::jsonl : OutputFormat::csv;
}

void print_summary(
    const batch::PredictSummary& summary, std::string_view model_id, double seconds
) {
    std::fprintf(
        stderr,
        "%zu rows scored by %.*s in %.1f s; classes 0 to 3: %zu, %zu, %zu, %zu\n",
        summary.rows,
        static_cast<int>(model_id.size()),
        model_id.data(),
        seconds,
        summary.by_class[0],
        summary.by_class[1],
        summary.by_class[2],
        summary.by_class[3]
    );
    for (const std::string& note : summary.notes) std::fprintf(stderr, "note: %s\n", note.c_str());
    for (const auto& [field, rows] : summary.missing) {
        std::fprintf(
            stderr,
            "note: %s is missing in %zu rows; they are scored without it\n",
            field.c_str(),
            rows
        );
    }
    if (summary.airport_numbers > 0) {
        std::fprintf(
            stderr,
            "note: %zu rows name airports by number ('14747'), not by code ('SEA'); no model knows "
            "those\n",
            summary.airport_numbers
        );
    }
    if (summary.bad_rows == 0) return;
    std::fprintf(stderr, "%zu bad rows left out\n", summary.bad_rows);
    for (const auto& [cause, rows] : summary.bad) {
        std::fprintf(stderr, "  %s: %zu\n", cause.c_str(), rows);
    }
}

base::Result<void> finish_options(PredictCommand& command) {
    FC_TRY(command.options.columns, dataset::ColumnNames::parse(command.columns));
    std::vector<std::filesystem::path> inputs = command.options.files;
    for (const std::filesystem::path& file : command.history) inputs.push_back(file);
    for (std::filesystem::path& file : cli::files_of_model(command.model)) {
        inputs.push_back(std::move(file));
    }
    return cli::check_files_apart({.inputs = inputs, .outputs = std::span(&command.out, 1)});
}

// The knowledge of a model with online features when each flight of the files left; nothing for
// others.
base::Result<std::optional<timeline::KnownValues>> known_values(
    const PredictCommand& command, const features::Predictor& predictor
) {
    if (predictor.online() == nullptr) return std::nullopt;
    std::vector<std::filesystem::path> files = command.history;
    for (const std::filesystem::path& file : command.options.files) {
        if (file != "-") files.push_back(file);
    }
    std::optional<timeline::KnownValues> known;
    FC_TRY(const flight::AirportTable airports, models::load_airports());
    const replay::ListOptions reading{
        .columns = command.options.columns, .bad_rows_max = command.options.bad_rows_max
    };
    auto loaded = files.empty() ? base::Result<replay::LoadedList>(replay::LoadedList{})
                                : replay::load_list(files, airports, reading);
    if (!loaded) {
        // Files of flights that have not landed yet tell nothing, and are predicted all the same.
        const bool is_over = loaded.error().code != base::Errc::invalid_argument;
        if (is_over || !command.history.empty()) return std::unexpected(loaded.error());
        loaded = replay::LoadedList{};
    }
    FC_TRY(known, timeline::KnownValues::of(loaded->list, *predictor.online()));
    return known;
}

base::Result<void> predict_all(const PredictCommand& command) {
    const base::SystemClock clock;
    const base::SteadyTime start = clock.steady_now();
    FC_TRY(const features::Predictor predictor, models::load_model(command.model));
    FC_TRY(const flight::RouteTable routes, models::load_routes());
    FC_TRY(cli::OutputFile output, cli::OutputFile::open(command.out));
    cli::say_repeated(command.options.files);
    FC_TRY(const std::optional<timeline::KnownValues> known, known_values(command, predictor));
    batch::PredictOptions options = command.options;
    if (known) options.complete = [&known](flight::Request& request) { known->add_to(request); };
    PredictProgress progress(clock);
    std::size_t bad_rows = 0;
    const batch::PredictSink sink{
        .write = [&](std::string_view text) { return output.write(text); },
        .on_bad_row =
            [&](const std::string& place) {
                if (++bad_rows <= kBadRowsShown) progress.say(place.c_str());
                if (bad_rows == kBadRowsShown + 1) progress.say("... and more bad rows");
            },
        .on_progress = [&](std::size_t rows) -> base::Result<void> {
            progress.scored(rows);
            if (!interrupted) return {};
            return base::fail(base::Errc::closed, "interrupted; the output is not complete");
        }
    };
    auto summary = batch::predict_files(predictor, routes, options, sink);
    progress.finish();
    if (!summary) return std::unexpected(std::move(summary).error());
    FC_TRY_VOID(output.keep());
    const std::chrono::duration<double> taken = clock.steady_now() - start;
    print_summary(*summary, predictor.model_id(), taken.count());
    return {};
}

void add_flags(CLI::App& flags, PredictCommand& state) {
    flags.add_option("--data", state.options.files, cli::kDataHelp)
        ->required()
        ->type_name("FILE...");
    flags
        .add_option(
            "--history",
            state.history,
            "Files of flights that have landed: what a model with online features may know."
        )
        ->type_name("FILE...");
    cli::add_columns_flag(flags, state.columns);
    flags.add_option("--model", state.model, "Folder of the model; by default the bundled one.")
        ->type_name("DIR");
    flags
        .add_option("--out", state.out, "File to write, whole or not at all; - is standard output.")
        ->capture_default_str()
        ->type_name("FILE");
    flags
        .add_option(
            "--format", state.format, "csv or jsonl; by default as --out is called, or csv."
        )
        ->check(CLI::IsMember({"csv", "jsonl"}));
    flags
        .add_option(
            "--bad-rows-max", state.options.bad_rows_max, "Bad rows to leave out before giving up."
        )
        ->capture_default_str();
    flags
        .add_option("--threads", state.options.threads, "Threads; the output is the same with any.")
        ->check(CLI::Range(std::size_t{1}, cli::kThreadsMax))
        ->capture_default_str();
}

}  // namespace

void add_predict_command(CLI::App& program, cli::ExitCode& exit_code) {
    CLI::App* const command = program.add_subcommand("predict", "Score files of flights, offline.");
    const auto state = std::make_shared<PredictCommand>();
    state->options.threads =
        std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, cli::kThreadsMax);
    add_flags(*command, *state);
    command->footer(
        "Examples:\n"
        "  flightcast predict --data flights.csv.gz --out predictions.csv\n"
        "  flightcast predict --model my-model --data jan.csv feb.csv --out predictions.jsonl\n"
        "  zcat flights.jsonl.gz | flightcast predict --data - --format jsonl | head\n"
        "\n"
        "Needed are FlightDate (or Year, Month and Day), Carrier, Origin, Dest and DepDelay; "
        "perhaps\n"
        "there are Distance, CRSDepTime and FlightNum. Files are read as 'train' reads them:\n"
        "docs/training.md lists their names and forms. A missing distance is looked up. Rows that\n"
        "cannot be read are named on standard error and left out."
    );
    command->callback([state, &exit_code] {
        std::signal(SIGINT, interrupt);
        std::signal(SIGTERM, interrupt);
        state->options.format = format_of(*state);
        if (const auto ready = finish_options(*state); !ready) {
            exit_code = cli::usage_error(ready.error());
        } else if (const auto done = predict_all(*state); !done) {
            exit_code = cli::failure(done.error());
        }
    });
}

}  // namespace flightcast::app::predict
