// SPDX-License-Identifier: Apache-2.0
//
// 'flightcast export': predictions of the store, arrivals and evaluations of the log, as files for
// other programs.
#include "app/export_data/export_command.h"

#include <CLI/App.hpp>
#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/cli/output_file.h"
#include "app/cli/program.h"
#include "app/cli/time_zone_flag.h"
#include "app/export_data/export_rows.h"
#include "app/options/option_flags.h"
#include "app/serve/deployment.h"
#include "app/topics/topics_read.h"
#include "base/clock.h"
#include "store/mongo/stored_outcomes.h"
#include "store/sqlite/stored_outcomes.h"

namespace flightcast::app::export_data {

using base::Errc;
using base::fail;
using base::Result;

namespace {

constexpr std::array<std::string_view, 14> kOptionNames = {
    "data-dir",
    "kafka",
    "kafka-option",
    "kafka-user",
    "kafka-password",
    "kafka-password-file",
    "mongo",
    "mongo-password",
    "mongo-password-file",
    "mongo-database",
    "prediction-collection",
    "arrival-topic",
    "evaluation-topic",
    "timezone",
};

struct ExportCommand {
    explicit ExportCommand(CLI::App& command) : flags(command, kOptionNames) {}

    options::OptionFlags flags;
    std::string kind;
    std::string from;
    std::string to;
    std::string format;
    std::string out = "-";
};

// The rows that are wanted, written as they come.
class Export {
  public:
    Export(Kind kind, Format format, cli::OutputFile& out)
        : kind_(kind), format_(format), out_(out) {}

    std::optional<base::WallTime> from{};  // on
    std::optional<base::WallTime> to{};    // before

    // A document without a time stands in every export.
    Result<void> take(std::string_view json, std::optional<base::WallTime> time) {
        if (time && ((from && *time < *from) || (to && *time >= *to))) return {};
        const auto row = row_of(kind_, format_, json);
        if (!row) {
            ++skipped_;
            return {};
        }
        FC_TRY_VOID(begin());
        ++rows_;
        return out_.write(*row);
    }

    // The head, where the format has one and it is not there yet. Before the first row, or when
    // there turn out to be none: a place that cannot be read leaves nothing behind.
    Result<void> begin() {
        if (std::exchange(begun_, true) || format_ == Format::jsonl) return {};
        return out_.write(csv_head(kind_));
    }

    void skip(std::size_t documents) { skipped_ += documents; }

    // For people, on standard error.
    [[nodiscard]] std::string summary() const {
        std::string text =
            std::to_string(rows_) + " " + std::string(kKindNames[static_cast<std::size_t>(kind_)]);
        if (skipped_ == 0) return text + "\n";
        return text + "; skipped " + std::to_string(skipped_) +
               " documents that are not readable\n";
    }

  private:
    const Kind kind_;
    const Format format_;
    cli::OutputFile& out_;
    bool begun_ = false;
    std::size_t rows_ = 0;
    std::size_t skipped_ = 0;
};

Result<void> export_predictions(const options::ServeOptions& options, Export& to) {
    const auto take = [&to](std::string_view json) {
        return to.take(json, time_of_prediction(json));
    };
    if (options.mongo.empty()) {
        return store::sqlite::read_outcomes(
            options.data_folder() / "flightcast.db", flight::OutcomeKind::prediction, take
        );
    }
    FC_TRY(const flight::TimeZone zone, cli::find_time_zone(options.timezone));
    FC_TRY(const store::mongo::MongoOptions mongo, serve::mongo_options(options, zone));
    FC_TRY(
        const std::size_t skipped,
        store::mongo::read_outcomes(mongo, flight::OutcomeKind::prediction, take)
    );
    to.skip(skipped);
    return {};
}

Result<void> export_topic(
    const options::ServeOptions& options, const std::string& topic, Export& to
) {
    const base::SystemClock clock;
    FC_TRY(const auto source, topics::TopicsSource::open(options, clock));
    const auto take = [&to](const eventlog::Record& record) {
        return to.take(record.value.value_or(""), record.appended);
    };
    return topics::read_to_end(*source, topic, eventlog::FromBeginning{}, take);
}

Result<std::optional<base::WallTime>> bound_of(const char* flag, const std::string& text) {
    if (text.empty()) return std::nullopt;
    const auto time = read_bound(text);
    if (time) return *time;
    return fail(Errc::invalid_argument, std::string(flag) + ": " + time.error().detail);
}

Format format_of(const ExportCommand& command) {
    if (!command.format.empty()) return command.format == "jsonl" ? Format::jsonl : Format::csv;
    const bool is_lines = command.out.ends_with(".jsonl") || command.out.ends_with(".ndjson");
    return is_lines ? Format::jsonl : Format::csv;
}

Result<void> export_all(const options::ServeOptions& options, const ExportCommand& command) {
    const auto kind =
        static_cast<Kind>(std::ranges::find(kKindNames, command.kind) - kKindNames.begin());
    const Format format = format_of(command);
    FC_TRY(const auto from, bound_of("--from", command.from));
    FC_TRY(const auto to, bound_of("--to", command.to));
    FC_TRY(cli::OutputFile out, cli::OutputFile::open(command.out));
    Export rows(kind, format, out);
    rows.from = from;
    rows.to = to;
    if (kind == Kind::predictions) {
        FC_TRY_VOID(export_predictions(options, rows));
    } else {
        const bool is_arrivals = kind == Kind::arrivals;
        FC_TRY_VOID(export_topic(
            options, is_arrivals ? options.arrival_topic : options.evaluation_topic, rows
        ));
    }
    FC_TRY_VOID(rows.begin());
    FC_TRY_VOID(out.keep());
    std::fputs(rows.summary().c_str(), stderr);
    return {};
}

cli::ExitCode run(const ExportCommand& command) {
    const auto settings = command.flags.settings();
    if (!settings) return cli::usage_error(settings.error());
    const Result<void> done = export_all(settings->options, command);
    if (done) return {};
    return done.error().code == Errc::invalid_argument ? cli::usage_error(done.error())
                                                       : cli::failure(done.error());
}

}  // namespace

void add_export_command(CLI::App& program, cli::ExitCode& exit_code) {
    CLI::App* const command = program.add_subcommand(
        "export", "Write predictions, arrivals or evaluations as CSV or JSON lines."
    );
    const auto state = std::make_shared<ExportCommand>(*command);
    command->add_option("KIND", state->kind, "predictions, arrivals or evaluations.")
        ->required()
        ->check(CLI::IsMember(std::vector<std::string>(kKindNames.begin(), kKindNames.end())));
    command->add_option("--from", state->from, "Only those recorded at this day or time, or later.")
        ->type_name("TIME");
    command->add_option("--to", state->to, "Only those recorded before this day or time.")
        ->type_name("TIME");
    command->add_option("--format", state->format, "Default: by the name of the file, else csv.")
        ->check(CLI::IsMember({"csv", "jsonl"}));
    command->add_option("--out", state->out, "File to write; - is standard output.")
        ->type_name("FILE")
        ->capture_default_str();
    command->footer(
        "Predictions are those of the store: of the data folder or, with --mongo, of its "
        "collection.\n"
        "Arrivals and evaluations are those that the log keeps, of the data folder or, with "
        "--kafka,\n"
        "of its topics. It may run beside a server. The time of a prediction is its ScoredAt.\n"
        "\n"
        "Examples:\n"
        "  flightcast export predictions --out predictions.csv\n"
        "  flightcast export evaluations --from 2026-11-30 --to 2026-12-01 --out day.jsonl\n"
        "  flightcast export arrivals --kafka k1:9092 --format jsonl"
    );
    command->callback([state, &exit_code] { exit_code = run(*state); });
}

}  // namespace flightcast::app::export_data
