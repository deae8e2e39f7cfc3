// SPDX-License-Identifier: Apache-2.0
//
// 'flightcast performance': the figures of the evaluation topic, folded here.
#include "app/performance/performance_command.h"

#include <CLI/App.hpp>
#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/cli/output_file.h"
#include "app/cli/program.h"
#include "app/options/option_flags.h"
#include "app/performance/performance_text.h"
#include "app/topics/topics_source.h"
#include "base/clock.h"
#include "eventlog/positions.h"
#include "judging/evaluation_json.h"
#include "performance/performance_json.h"

namespace flightcast::app::performance {

using base::Result;
using flightcast::performance::Performance;

namespace {

constexpr std::array<std::string_view, 8> kOptionNames = {
    "kafka",
    "kafka-option",
    "kafka-user",
    "kafka-password",
    "kafka-password-file",
    "data-dir",
    "evaluation-topic",
    "accept-event-time",
};

struct PerformanceCommand {
    explicit PerformanceCommand(CLI::App& command) : flags(command, kOptionNames) {}

    options::OptionFlags flags;
    std::string window = "24h";
    std::string split = "model";
    bool as_json = false;
};

template <typename Names>
std::size_t place_of(const Names& names, std::string_view name) {
    return static_cast<std::size_t>(std::ranges::find(names, name) - names.begin());
}

template <typename Names>
std::vector<std::string> texts_of(const Names& names) {
    return {names.begin(), names.end()};
}

// Reads the topic up to where it ends now.
Result<void> fold_topic(
    topics::TopicsSource& source, const std::string& topic, Performance& performance
) {
    eventlog::EventLog& log = source.log();
    FC_TRY(
        std::unique_ptr<eventlog::Reader> reader,
        log.open_reader({.topics = {topic}, .start = eventlog::FromBeginning{}})
    );
    FC_TRY(const std::vector<eventlog::Position> ends, eventlog::ends_of(log.admin(), {topic}));
    while (!eventlog::has_reached(reader->positions(), ends)) {
        FC_TRY(
            const std::vector<eventlog::Record> records, reader->poll(base::limits::kPollRecordsMax)
        );
        for (const eventlog::Record& record : records) {
            const auto evaluation = judging::decode_evaluation(record.value.value_or(""));
            if (evaluation) performance.add(*evaluation);
        }
        if (records.empty()) FC_TRY_VOID(source.wait(reader));
    }
    return {};
}

Result<void> tell_performance(
    const options::ServeOptions& options, const PerformanceCommand& command
) {
    const base::SystemClock clock;
    FC_TRY(const auto source, topics::TopicsSource::open(options, clock));
    Performance folded;
    FC_TRY_VOID(fold_topic(*source, options.evaluation_topic, folded));
    using namespace flightcast::performance;
    const Report report = folded.ask(
        static_cast<Window>(place_of(kWindowNames, command.window)),
        static_cast<Split>(place_of(kSplitNames, command.split)),
        options.accept_event_time ? folded.newest() : clock.wall_now()
    );
    FC_TRY(cli::OutputFile output, cli::OutputFile::open("-"));
    FC_TRY_VOID(
        output.write(command.as_json ? performance_json(report) : performance_text(report))
    );
    return output.keep();
}

cli::ExitCode run(const PerformanceCommand& command) {
    const auto settings = command.flags.settings();
    if (!settings) return cli::usage_error(settings.error());
    const Result<void> done = tell_performance(settings->options, command);
    if (done) return {};
    return done.error().code == base::Errc::invalid_argument ? cli::usage_error(done.error())
                                                             : cli::failure(done.error());
}

}  // namespace

void add_performance_command(CLI::App& program, cli::ExitCode& exit_code) {
    using namespace flightcast::performance;
    CLI::App* const command = program.add_subcommand(
        "performance", "Tell how good predictions were, from the evaluations in the log."
    );
    const auto state = std::make_shared<PerformanceCommand>(*command);
    command->add_option("--window", state->window, "How far back.")
        ->capture_default_str()
        ->check(CLI::IsMember(texts_of(kWindowNames)));
    command->add_option("--by", state->split, "What the groups are.")
        ->capture_default_str()
        ->check(CLI::IsMember(texts_of(kSplitNames)));
    command->add_flag("--json", state->as_json, "Print JSON, as GET /api/v1/performance.");
    command->callback([state, &exit_code] { exit_code = run(*state); });
}

}  // namespace flightcast::app::performance
