// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <CLI/App.hpp>
#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "app/cli/data_flags.h"
#include "app/cli/day_flag.h"
#include "app/cli/output_file.h"
#include "app/cli/program.h"
#include "app/cli/signals.h"
#include "app/options/option_flags.h"
#include "app/train/train_command.h"
#include "app/train/train_options.h"
#include "app/train/train_progress.h"
#include "app/train/train_report.h"
#include "app/train/train_run.h"
#include "base/clock.h"
#include "base/limits.h"
#include "evaluate/html_report.h"
#include "features/known_features.h"
#include "features/learn_schema.h"
#include "forest/bundle.h"
#include "train/training_set.h"

namespace flightcast::app::train {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 12> kLogOptionNames = {
    "data-dir",
    "kafka",
    "kafka-option",
    "kafka-user",
    "kafka-password",
    "kafka-password-file",
    "response-topic",
    "arrival-topic",
    "evaluation-topic",
    "arrival-horizon",
    "arrival-sources",
    "timezone",
};

struct TrainCommand {
    explicit TrainCommand(CLI::App& command) : log_flags(command, kLogOptionNames) {}

    options::OptionFlags log_flags;
    TrainOptions options;
    bool from_log = false;
    std::string from;
    std::string to;
    std::string train_until;
    std::string validate_from;
    std::string validate_until;
    std::string half_life = "0";
    bool force = false;
    bool as_json = false;
    fs::path html;
};

// "auto", or days.
base::Result<void> read_half_life(const std::string& text, TrainOptions& options) {
    constexpr double kDaysMax = 100'000;
    options.chooses_half_life = text == "auto";
    if (options.chooses_half_life) return {};
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, options.half_life_days);
    const double days = options.half_life_days;
    if (error == std::errc{} && stop == end && days >= 0 && days <= kDaysMax) return {};
    return base::fail(
        base::Errc::invalid_argument,
        "--half-life '" + text + "' must be a number of days from 0 to 100000, or auto"
    );
}

// Files or a log, and of a log its period.
base::Result<void> read_source(TrainCommand& command) {
    TrainOptions& options = command.options;
    const auto refuse = [](const char* text) {
        return base::fail(base::Errc::invalid_argument, text);
    };
    if (command.from_log == !options.data.empty()) {
        return refuse("give the flights to learn from by --data FILE... or by --from-log");
    }
    const bool has_period = !command.from.empty() || !command.to.empty();
    if (!command.from_log) {
        return has_period ? refuse("--from and --to go with --from-log; files: --train-until")
                          : base::Result<void>();
    }
    if (!options.history.empty() || !options.columns.empty()) {
        return refuse(
            "--history and --columns are of files; what the log holds before --from is its history"
        );
    }
    FC_TRY(const options::Settings settings, command.log_flags.settings());
    TrainLog log{.serve = settings.options, .period = {}};
    FC_TRY(log.period.from, cli::read_day("--from", command.from));
    FC_TRY(log.period.to, cli::read_day("--to", command.to));
    if (log.period.from && log.period.to && *log.period.from > *log.period.to) {
        return refuse("--from must not be later than --to");
    }
    options.log = std::move(log);
    return {};
}

// The checks that CLI11 cannot make by itself.
base::Result<void> finish_options(TrainCommand& command) {
    TrainOptions& options = command.options;
    FC_TRY(options.load.columns, dataset::ColumnNames::parse(options.columns));
    FC_TRY_VOID(read_source(command));
    FC_TRY(options.days.train_until, cli::read_day("--train-until", command.train_until));
    FC_TRY(options.days.validate_from, cli::read_day("--validate-from", command.validate_from));
    FC_TRY(options.days.validate_until, cli::read_day("--validate-until", command.validate_until));
    FC_TRY_VOID(read_half_life(command.half_life, options));
    if (!forest::is_bundle_name(options.name)) {
        return base::fail(
            base::Errc::invalid_argument,
            "--name '" + options.name + "' must be 1 to 64 of the characters A-Z a-z 0-9 . _ -"
        );
    }
    if (!options.schema.features.empty()) {
        FC_TRY_VOID(features::check_features(options.schema.features));
    }
    std::error_code error;
    if (!command.force && fs::exists(options.out, error) && !fs::is_empty(options.out, error)) {
        return base::fail(
            base::Errc::already_exists,
            "--out " + options.out.string() +
                " exists already; choose another folder, or give --force to replace the model in it"
        );
    }
    std::vector<fs::path> outputs = cli::files_of_model(options.out);
    outputs.push_back(command.html);
    std::vector<fs::path> inputs = options.data;
    inputs.insert(inputs.end(), options.history.begin(), options.history.end());
    return cli::check_files_apart({.inputs = inputs, .outputs = outputs});
}

// The folder of the model, made before the long work so that a wrong one is noticed at once, and
// removed again when nothing was written into it.
class OutFolder {
  public:
    static base::Result<OutFolder> make(const fs::path& path) {
        std::error_code error;
        const bool is_new = fs::create_directories(path, error);
        if (!error && ::access(path.c_str(), W_OK) != 0) error = {errno, std::generic_category()};
        if (!error) return OutFolder(path, is_new);
        return base::fail(
            base::Errc::io, "cannot write to --out " + path.string() + ": " + error.message()
        );
    }

    OutFolder(OutFolder&& other) noexcept
        : path_(std::move(other.path_)), is_new_(std::exchange(other.is_new_, false)) {}
    OutFolder& operator=(OutFolder&&) = delete;

    ~OutFolder() {
        std::error_code ignored;
        if (is_new_) fs::remove(path_, ignored);  // Fails when something is in it, as it should.
    }

  private:
    OutFolder(fs::path path, bool is_new) : path_(std::move(path)), is_new_(is_new) {}

    fs::path path_;
    bool is_new_;
};

base::Result<void> train_and_save(TrainCommand& command) {
    cli::Signals signals;
    std::stop_source stop;
    signals.handle({.stop = [&stop] { stop.request_stop(); }});
    TrainOptions& options = command.options;
    options.forest.stop = stop.get_token();
    FC_TRY(const OutFolder folder, OutFolder::make(options.out));
    FC_TRY(std::optional<cli::OutputFile> page, cli::OutputFile::open_if_named(command.html));
    cli::say_repeated(options.data);
    const base::SystemClock clock;
    TrainProgress progress(clock);
    FC_TRY(const TrainOutcome outcome, train_model(options, progress));
    FC_TRY_VOID(forest::save_bundle(outcome.bundle, options.out));
    const std::string report = command.as_json
                                   ? report_json(outcome, options.out, progress.steps()) + "\n"
                                   : report_text(outcome, options.out);
    std::fputs(report.c_str(), stdout);
    if (!page) return {};
    FC_TRY_VOID(page->write(
        flightcast::evaluate::html_report(
            outcome.judgement,
            {.title = outcome.bundle.name + "@" + outcome.bundle.version,
             .notes = outcome.bundle.provenance.command}
        )
    ));
    return page->keep();
}

cli::ExitCode run(TrainCommand& command) {
    if (const auto ready = finish_options(command); !ready) return cli::usage_error(ready.error());
    if (const auto done = train_and_save(command); !done) {
        if (done.error().code != base::Errc::closed) return cli::failure(done.error());
        return cli::failure({base::Errc::closed, "interrupted; no model was written"});
    }
    return {};
}

void add_data_flags(CLI::App& flags, TrainCommand& state) {
    TrainOptions& options = state.options;
    flags.add_option("--data", options.data, cli::kDataHelp)->type_name("FILE...");
    flags.add_flag(
        "--from-log",
        state.from_log,
        "Learn from the predictions in the log of --data-dir or --kafka and their arrivals."
    );
    flags.add_option("--from", state.from, "Of the log: flights from this day on.")
        ->type_name("DAY");
    flags.add_option("--to", state.to, "Of the log: flights up to this day.")->type_name("DAY");
    flags
        .add_option(
            "--history",
            options.history,
            "Files of flights before those of --data: online features begin with them."
        )
        ->type_name("FILE...");
    cli::add_columns_flag(flags, options.columns);
    flags.add_option("--bad-rows-max", options.load.bad_rows_max, "Bad rows to skip in each file.")
        ->capture_default_str();
}

void add_day_flags(CLI::App& flags, TrainCommand& state) {
    TrainOptions& options = state.options;
    flags.add_option("--train-until", state.train_until, "Learn from flights up to this day.")
        ->type_name("DAY");
    flags
        .add_option(
            "--validate-from",
            state.validate_from,
            "Judge on flights from this day on; by default the last fifth of the days."
        )
        ->type_name("DAY");
    flags.add_option("--validate-until", state.validate_until, "Judge on flights up to this day.")
        ->type_name("DAY");
    flags.add_flag(
        "--refit",
        options.refit,
        "After judging, learn again from all days up to the last one judged on; that model is "
        "written, with the figures of the first."
    );
    flags
        .add_option(
            "--half-life",
            state.half_life,
            "Flights so many days older than the last weigh half; 0: all weigh the same; auto: the "
            "learning days choose."
        )
        ->type_name("DAYS")
        ->capture_default_str();
}

void add_output_flags(CLI::App& flags, TrainCommand& state) {
    TrainOptions& options = state.options;
    flags.add_option("--out", options.out, "Folder to write the model to.")
        ->required()
        ->type_name("DIR");
    flags.add_option("--name", options.name, "Name of the model.")->capture_default_str();
    flags.add_flag("--force", state.force, "Replace the model that is in --out.");
    flags.add_flag("--json", state.as_json, "Print the figures as JSON.");
    flags.add_option("--html", state.html, "Write the figures to this file, as a page with plots.")
        ->type_name("FILE");
}

void add_model_flags(CLI::App& flags, TrainOptions& options) {
    std::string known;
    for (const features::KnownFeature& feature : features::kKnownFeatures) {
        known += known.empty() ? "" : ", ";
        known += feature.name;
    }
    flags
        .add_option(
            "--features",
            options.schema.features,
            "Features to learn, by default those of docs/training.md, of: " + known + "."
        )
        ->delimiter(',')
        ->type_name("LIST");
    flags
        .add_option(
            "--category-rows-min",
            options.schema.category_rows_min,
            "A carrier, airport or route with fewer flights counts as unknown."
        )
        ->capture_default_str();
    flags
        .add_option(
            "--shrink",
            options.schema.shrink_rows,
            "Flights of average delay that are added to the mean of each carrier and airport."
        )
        ->check(CLI::Range(std::size_t{0}, base::limits::kTrainingRowsMax))
        ->capture_default_str();
}

void add_forest_flags(CLI::App& flags, TrainOptions& options) {
    flightcast::train::ForestOptions& forest = options.forest;
    const auto range = [](std::size_t min, std::size_t max) { return CLI::Range(min, max); };
    flags.add_option("--trees", forest.trees, "Trees to grow.")
        ->check(range(1, base::limits::kModelTreesMax))
        ->capture_default_str();
    flags.add_option("--depth", forest.tree.depth_max, "Splits on the way to a leaf, at most.")
        ->check(range(1, 64))
        ->capture_default_str();
    flags.add_option("--min-leaf", forest.tree.leaf_rows_min, "Flights of a leaf, at least.")
        ->check(range(1, base::limits::kTrainingRowsMax))
        ->capture_default_str();
    flags
        .add_option(
            "--features-per-split",
            forest.tree.features_per_split,
            "Features drawn for each split; 0 is the square root of their number, of online "
            "features two fifths."
        )
        ->check(range(0, base::limits::kModelFeaturesMax))
        ->capture_default_str();
    flags.add_option("--bins", options.bins_max, "Bins of a numeric feature.")
        ->check(range(2, flightcast::train::kBinsMax))
        ->capture_default_str();
    flags.add_option("--seed", forest.seed, "Seed; the same one gives the same model.")
        ->capture_default_str();
    flags.add_option("--threads", forest.threads, "Threads; the model is the same with any.")
        ->check(range(1, cli::kThreadsMax))
        ->capture_default_str();
}

}  // namespace

void add_train_command(CLI::App& program, cli::ExitCode& exit_code) {
    CLI::App* const command =
        program.add_subcommand("train", "Learn a model from flights, and judge it on later ones.");
    const auto state = std::make_shared<TrainCommand>(*command);
    state->options.forest.threads =
        std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, cli::kThreadsMax);
    add_data_flags(*command, *state);
    add_output_flags(*command, *state);
    add_day_flags(*command, *state);
    add_model_flags(*command, state->options);
    add_forest_flags(*command, state->options);
    command->footer(
        "Examples:\n"
        "  flightcast train --data flights_2015.csv.gz --out my-model --train-until 2015-03-31 \\\n"
        "      --validate-until 2015-04-30\n"
        "  flightcast train --data jan.csv feb.csv mar.csv --out my-model --trees 50 --json\n"
        "  flightcast train --from-log --from 2026-11-01 --out challenger --name challenger\n"
        "  flightcast serve --model my-model\n"
        "\n"
        "The files are those of the US Bureau of Transportation Statistics, 'On-Time Performance', "
        "as\n"
        "they are downloaded, those of Kaggle, ASA Data Expo and nycflights13, and any other with\n"
        "such columns; docs/training.md lists them. --columns names those of all others."
    );
    command->callback([state, &exit_code] { exit_code = run(*state); });
}

}  // namespace flightcast::app::train
