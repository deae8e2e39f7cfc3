// SPDX-License-Identifier: Apache-2.0
#include "app/feature_rows/feature_rows_command.h"

#include <CLI/App.hpp>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/cli/data_flags.h"
#include "app/cli/day_flag.h"
#include "app/cli/output_file.h"
#include "app/cli/program.h"
#include "app/cli/signals.h"
#include "app/feature_rows/feature_rows_run.h"
#include "app/train/train_progress.h"
#include "base/child_process.h"
#include "base/clock.h"
#include "base/tool_python.h"
#include "features/learn_schema.h"

namespace flightcast::app::feature_rows {
namespace {

namespace fs = std::filesystem;

struct FeaturesCommand {
    train::TrainOptions options;
    std::string train_until;
    std::string validate_from;
    std::string validate_until;
    std::string format;  // empty: as --out is called
};

constexpr int kNoPyarrow = 3;  // exit code of the script

constexpr const char* kToParquet = R"(
import sys
try:
    import pyarrow.csv as csv, pyarrow.parquet as parquet
except ImportError:
    sys.exit(3)
try:
    parquet.write_table(csv.read_csv(sys.argv[1]), sys.argv[2])
except Exception as error:
    sys.exit('flightcast: pyarrow: ' + str(error))
)";

std::string format_of(const FeaturesCommand& command) {
    if (!command.format.empty()) return command.format;
    const fs::path extension = command.options.out.extension();
    if (extension == ".parquet") return "parquet";
    return extension == ".jsonl" || extension == ".ndjson" ? "jsonl" : "csv";
}

// Turns a CSV file into a Parquet file, which is there whole or not at all.
base::Result<void> to_parquet(const fs::path& csv, const fs::path& out) {
    const fs::path draft = out.string() + ".tmp";
    FC_TRY(
        base::ChildProcess child,
        base::ChildProcess::start(
            {base::tool_python(), "-c", kToParquet, csv.string(), draft.string()}
        )
    );
    const int code = child.wait();
    std::error_code failed;
    if (code == 0) fs::rename(draft, out, failed);
    if (code == 0 && !failed) return {};
    std::error_code ignored;
    fs::remove(draft, ignored);
    if (code == kNoPyarrow) {
        return base::fail(
            base::Errc::unsupported,
            "there is no pyarrow to write Parquet; run './dev import-tools' once, or 'pip install "
            "pyarrow', or give --format csv"
        );
    }
    return base::fail(base::Errc::io, "cannot write the Parquet file " + out.string());
}

base::Result<WrittenRows> write_rows(FeaturesCommand& command, const std::string& format) {
    const base::SystemClock clock;
    train::TrainProgress progress(clock);
    const bool is_parquet = format == "parquet";
    const fs::path csv =
        is_parquet ? fs::path(command.options.out.string() + ".csv.tmp") : command.options.out;
    FC_TRY(cli::OutputFile out, cli::OutputFile::open(csv));
    const auto write = [&](std::string_view lines) { return out.write(lines); };
    const RowFormat rows = format == "jsonl" ? RowFormat::jsonl : RowFormat::csv;
    FC_TRY(WrittenRows written, write_features(command.options, rows, progress, write));
    FC_TRY_VOID(out.keep());
    if (!is_parquet) return written;
    const auto done = to_parquet(csv, command.options.out);
    std::error_code ignored;
    fs::remove(csv, ignored);
    if (!done) return std::unexpected(done.error());
    return written;
}

base::Result<void> finish_options(FeaturesCommand& command) {
    train::TrainOptions& options = command.options;
    FC_TRY(options.load.columns, dataset::ColumnNames::parse(options.columns));
    FC_TRY(options.days.train_until, cli::read_day("--train-until", command.train_until));
    FC_TRY(options.days.validate_from, cli::read_day("--validate-from", command.validate_from));
    FC_TRY(options.days.validate_until, cli::read_day("--validate-until", command.validate_until));
    if (!options.schema.features.empty()) {
        FC_TRY_VOID(features::check_features(options.schema.features));
    }
    if (format_of(command) == "parquet" && options.out == "-") {
        return base::fail(
            base::Errc::invalid_argument, "--format parquet needs a file; name one with --out"
        );
    }
    std::vector<fs::path> inputs = options.data;
    inputs.insert(inputs.end(), options.history.begin(), options.history.end());
    return cli::check_files_apart({.inputs = inputs, .outputs = std::span(&options.out, 1)});
}

cli::ExitCode run(FeaturesCommand& command) {
    if (const auto ready = finish_options(command); !ready) return cli::usage_error(ready.error());
    cli::Signals signals;
    std::stop_source stop;
    signals.handle({.stop = [&stop] { stop.request_stop(); }});
    command.options.forest.stop = stop.get_token();
    cli::say_repeated(command.options.data);
    const auto written = write_rows(command, format_of(command));
    if (!written) return cli::failure(written.error());
    for (const std::string& note : written->notes) {
        std::fprintf(stderr, "note: %s\n", note.c_str());
    }
    std::fprintf(
        stderr, "wrote %zu rows to learn from and %zu to judge on\n", written->learn, written->judge
    );
    return {};
}

void add_flags(CLI::App& flags, FeaturesCommand& state) {
    train::TrainOptions& options = state.options;
    flags.add_option("--data", options.data, cli::kDataHelp)->required()->type_name("FILE...");
    flags
        .add_option(
            "--history",
            options.history,
            "Files of flights before those of --data: online features begin with them."
        )
        ->type_name("FILE...");
    cli::add_columns_flag(flags, options.columns);
    flags.add_option("--out", options.out, "File to write; - is standard output.")
        ->required()
        ->type_name("FILE");
    flags
        .add_option(
            "--format",
            state.format,
            "csv, jsonl or parquet; by default as --out is called, or csv."
        )
        ->check(CLI::IsMember({"csv", "jsonl", "parquet"}));
    flags
        .add_option(
            "--features",
            options.schema.features,
            "Features to write, by default those that 'train' learns; 'train --help' lists them."
        )
        ->delimiter(',')
        ->type_name("LIST");
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
    flags.add_option("--bad-rows-max", options.load.bad_rows_max, "Bad rows to skip in each file.")
        ->capture_default_str();
}

}  // namespace

void add_feature_rows_command(CLI::App& program, cli::ExitCode& exit_code) {
    CLI::App* const command = program.add_subcommand(
        "features", "Write the rows that 'train' learns from, for other learners."
    );
    const auto state = std::make_shared<FeaturesCommand>();
    add_flags(*command, *state);
    command->footer(
        "Examples:\n"
        "  flightcast features --data jan.csv feb.csv mar.csv --out rows.parquet\n"
        "  flightcast features --data q1.csv.gz --train-until 2008-03-15 --out rows.csv\n"
        "\n"
        "Each flight is a row: Part (learn or judge), FlightDate, Carrier, Origin, Dest, the\n"
        "features, ArrDelay and Class. Options that are those of 'train' give its rows, to the "
        "last\n"
        "bit of each number."
    );
    command->callback([state, &exit_code] { exit_code = run(*state); });
}

}  // namespace flightcast::app::feature_rows
