// SPDX-License-Identifier: Apache-2.0
#include "app/arrivals/tail_command.h"

#include <CLI/App.hpp>
#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "app/arrivals/report_line.h"
#include "app/cli/output_file.h"
#include "app/options/option_flags.h"
#include "app/topics/topics_tail.h"
#include "base/clock.h"

namespace flightcast::app::arrivals {

using base::Result;
using topics::Follow;
using topics::RecordForm;

namespace {

constexpr std::array<std::string_view, 7> kTailOptionNames = {
    "kafka",
    "kafka-option",
    "kafka-user",
    "kafka-password",
    "kafka-password-file",
    "data-dir",
    "arrival-topic",
};

struct TailCommand {
    explicit TailCommand(CLI::App& command) : flags(command, kTailOptionNames) {}

    options::OptionFlags flags;
    std::string uuid;
    std::size_t count = 0;
    bool from_beginning = false;
    bool no_follow = false;
    bool as_json = false;
};

// Written out at once, for those who read along.
Result<void> print_report(const std::string& value, bool as_json) {
    FC_TRY(cli::OutputFile output, cli::OutputFile::open("-"));
    const std::string_view text(value.data(), value.size() - 1);  // without the line's end
    FC_TRY_VOID(output.write((as_json ? std::string(text) : report_line(text)) + "\n"));
    return output.keep();
}

Result<void> tail_arrivals(const options::ServeOptions& options, const TailCommand& command) {
    const base::SystemClock clock;
    FC_TRY(const auto source, topics::TopicsSource::open(options, clock));
    topics::TailOptions tail{.topic = options.arrival_topic};
    if (command.from_beginning) tail.start = eventlog::FromBeginning{};
    if (command.no_follow) tail.follow = Follow::no;
    if (command.count > 0) tail.count = command.count;
    tail.uuid = command.uuid;
    tail.form = RecordForm::raw;
    FC_TRY_VOID(topics::tail_topic(*source, tail, [&command](const std::string& value) {
        return print_report(value, command.as_json);
    }));
    return {};
}

cli::ExitCode run_tail(const TailCommand& command) {
    const auto settings = command.flags.settings();
    if (!settings) return cli::usage_error(settings.error());
    const Result<void> done = tail_arrivals(settings->options, command);
    if (done) return {};
    const bool is_usage = done.error().code == base::Errc::invalid_argument;
    return is_usage ? cli::usage_error(done.error()) : cli::failure(done.error());
}

}  // namespace

void add_tail_command(CLI::App& arrivals, cli::ExitCode& exit_code) {
    CLI::App* const command = arrivals.add_subcommand("tail", "Show reports as they come.");
    const auto state = std::make_shared<TailCommand>(*command);
    command->add_flag("--from-beginning", state->from_beginning, "Begin with the oldest report.");
    command->add_flag("--no-follow", state->no_follow, "End where the topic ends now.");
    command->add_option("--count", state->count, "End after so many.")->type_name("N");
    command->add_option("--uuid", state->uuid, "Only reports of this prediction.");
    command->add_flag("--json", state->as_json, "Print the records as they are, a line each.");
    command->footer(
        "Examples:\n"
        "  flightcast arrivals tail --data-dir ./data --from-beginning --no-follow\n"
        "  flightcast arrivals tail --kafka k1:9092 --json"
    );
    command->callback([state, &exit_code] { exit_code = run_tail(*state); });
}

}  // namespace flightcast::app::arrivals
