// SPDX-License-Identifier: Apache-2.0
//
// 'flightcast topics': six commands on one log. Each is a flag set, a function that does it with
// the log open, and a help text.
#include <CLI/App.hpp>
#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "app/cli/cli_values.h"
#include "app/cli/output_file.h"
#include "app/cli/program.h"
#include "app/options/option_flags.h"
#include "app/serve/stage_names.h"
#include "app/topics/topics_command.h"
#include "app/topics/topics_init.h"
#include "app/topics/topics_report.h"
#include "app/topics/topics_seek.h"
#include "app/topics/topics_source.h"
#include "app/topics/topics_tail.h"
#include "app/topics/topics_unanswered.h"
#include "base/clock.h"
#include "pipeline/upkeep.h"
#include "stages/stage_table.h"

namespace flightcast::app::topics {
namespace {

using base::Errc;
using base::Result;

constexpr std::array<std::string_view, 20> kOptionNames = {
    "kafka",
    "kafka-option",
    "kafka-user",
    "kafka-password",
    "kafka-password-file",
    "data-dir",
    "request-topic",
    "response-topic",
    "dead-letter-topic",
    "arrival-topic",
    "evaluation-topic",
    "models-topic",
    "model-parts-topic",
    "shadow-topic",
    "scorer-group",
    "archiver-group",
    "evaluator-group",
    "shadow-group",
    "decider-group",
    "historian-group",
};

// As `topics seek` calls the first request without an outcome.
constexpr std::string_view kUnanswered = "unanswered";

// As `topics describe` calls the retention of a topic without one of its own.
constexpr std::string_view kDefaultRetention = "default";

// The flags that all commands have in common, and their own flags as given.
struct TopicsCommand {
    explicit TopicsCommand(CLI::App& command) : flags(command, kOptionNames) {}

    options::OptionFlags flags;
    bool as_json = false;
    std::string topic;
    std::string retention;
    std::int32_t partitions = 0;
    std::int32_t replication = 0;
    std::string group;
    std::string since;
    std::string to;
    std::string uuid;
    std::size_t count = 0;
    bool from_beginning = false;
    bool no_follow = false;
    bool raw = false;
    bool headers = false;
};

// The text that a command prints on success.
using Work =
    Result<std::string> (*)(TopicsSource&, const options::ServeOptions&, const TopicsCommand&);

Result<std::optional<std::chrono::milliseconds>> retention_of(const TopicsCommand& command) {
    if (command.retention.empty()) return std::nullopt;
    const auto retention = cli::parse_duration(command.retention);
    if (!retention) {
        return base::fail(Errc::invalid_argument, "--retention: " + retention.error().detail);
    }
    if (retention->count() > 0) return *retention;
    return base::fail(
        Errc::invalid_argument,
        "--retention: '" + command.retention +
            "' would remove requests before they are scored; give a time such as 24h"
    );
}

Result<std::string> init(
    TopicsSource& source, const options::ServeOptions& options, const TopicsCommand& command
) {
    FC_TRY(const auto retention, retention_of(command));
    std::vector<TopicPlan> plans;
    for (const pipeline::TopicRule& rule : stages::topic_table(options.topics())) {
        const bool is_for_ever = rule.retention == eventlog::kForEver;
        plans.push_back({
            .name = rule.name,
            .partitions = rule.partitions.value_or(command.partitions),
            .retention = retention && !is_for_ever ? retention : rule.retention,
            .replication = static_cast<std::int16_t>(command.replication),
        });
    }
    FC_TRY(const std::vector<TopicOutcome> outcomes, init_topics(source, plans));
    return command.as_json ? outcomes_json(outcomes) + "\n" : outcomes_text(outcomes);
}

Result<std::string> describe(
    TopicsSource& source, const options::ServeOptions& options, const TopicsCommand& command
) {
    std::vector<std::string> topics;
    if (!command.topic.empty()) topics.push_back(command.topic);
    for (const pipeline::TopicRule& rule : stages::topic_table(options.topics())) {
        if (command.topic.empty()) topics.push_back(rule.name);
    }
    FC_TRY(const std::vector<TopicState> states, describe_topics(source, topics));
    return command.as_json ? topics_json(states) + "\n" : topics_text(states);
}

Result<std::string> set(
    TopicsSource& source, const options::ServeOptions& /*options*/, const TopicsCommand& command
) {
    TopicChange change{.name = command.topic};
    change.has_default_retention = command.retention == kDefaultRetention;
    if (!change.has_default_retention) {
        FC_TRY(change.retention, retention_of(command));
    }
    if (command.partitions > 0) change.partitions = command.partitions;
    if (command.retention.empty() && !change.partitions) {
        return base::fail(Errc::invalid_argument, "give --retention, --partitions or both");
    }
    FC_TRY_VOID(change_topic(source, change));
    FC_TRY(const std::vector<TopicState> states, describe_topics(source, {command.topic}));
    return command.as_json ? topics_json(states) + "\n" : topics_text(states);
}

std::vector<eventlog::GroupTopics> groups_of(
    const options::ServeOptions& options, const TopicsCommand& command
) {
    if (!command.group.empty()) {
        return {{command.group, {command.topic.empty() ? options.request_topic : command.topic}}};
    }
    return pipeline::groups_of(serve::stages_in_use(options));
}

// Those that have a topic to read: a stage is off where its topics are missing, as in a folder or a
// cluster of an earlier version. All, when there is no topic at all.
std::vector<eventlog::GroupTopics> groups_with_topics(
    TopicsSource& source, const std::vector<eventlog::GroupTopics>& groups
) {
    const auto is_missing = [&source](const std::string& topic) {
        const auto described = source.log().admin().describe(topic);
        return !described && described.error().code == Errc::not_found;
    };
    std::vector<eventlog::GroupTopics> found;
    std::ranges::copy_if(groups, std::back_inserter(found), [&](const auto& group) {
        return !std::ranges::all_of(group.topics, is_missing);
    });
    return found.empty() ? groups : found;
}

Result<std::string> lag(
    TopicsSource& source, const options::ServeOptions& options, const TopicsCommand& command
) {
    FC_TRY(
        const std::vector<eventlog::PartitionLag> lags,
        group_lags(source, groups_with_topics(source, groups_of(options, command)))
    );
    return command.as_json ? lags_json(lags) + "\n" : lags_text(lags);
}

// `ago` before now; an error names `flag`.
Result<eventlog::Start> start_before_now(const char* flag, const std::string& ago) {
    const auto time = cli::parse_duration(ago);
    if (!time) return base::fail(Errc::invalid_argument, flag + (": " + time.error().detail));
    const base::SystemClock clock;
    return eventlog::FromTime{
        std::chrono::floor<std::chrono::milliseconds>(clock.wall_now()) - *time
    };
}

Result<eventlog::Start> start_of(const TopicsCommand& command) {
    if (command.from_beginning) return eventlog::FromBeginning{};
    if (command.since.empty()) return eventlog::FromEnd{};
    return start_before_now("--since", command.since);
}

Result<eventlog::Start> goal_of(const TopicsCommand& command) {
    if (command.to == "beginning") return eventlog::FromBeginning{};
    if (command.to == "end") return eventlog::FromEnd{};
    return start_before_now("--to: neither 'beginning', 'end' nor 'unanswered'", command.to);
}

// Moves the scorers' group alone: archivers pass over what is stored.
Result<std::string> seek_unanswered(
    TopicsSource& source, const options::ServeOptions& options, const TopicsCommand& command
) {
    const bool is_named = !command.group.empty();
    const eventlog::GroupTopics scorers{
        is_named ? command.group : options.scorer_group,
        {command.topic.empty() ? options.request_topic : command.topic}
    };
    const FlightTopics topics{
        .requests = scorers.topics.front(),
        .outcomes = {options.response_topic, options.dead_letter_topic},
        .may_be_missing = options.dead_letter_topic
    };
    eventlog::Start since = eventlog::FromBeginning{};
    if (!command.since.empty()) {
        FC_TRY(since, start_before_now("--since", command.since));
    }
    FC_TRY(const Unanswered found, find_unanswered(source, topics, since));
    FC_TRY_VOID(move_group(source, scorers.group, found.positions));
    FC_TRY(const std::vector<eventlog::PartitionLag> lags, group_lags(source, {scorers}));
    return command.as_json ? lags_json(lags) + "\n" : unanswered_text(found) + lags_text(lags);
}

Result<std::string> seek(
    TopicsSource& source, const options::ServeOptions& options, const TopicsCommand& command
) {
    if (command.to == kUnanswered) return seek_unanswered(source, options, command);
    if (!command.since.empty()) {
        return base::fail(Errc::invalid_argument, "--since: only with --to unanswered");
    }
    FC_TRY(const eventlog::Start to, goal_of(command));
    FC_TRY_VOID(seek_groups(source, groups_with_topics(source, groups_of(options, command)), to));
    return lag(source, options, command);
}

// Written out at once: who reads along sees it, and a full disk or a reader that left is noticed.
Result<void> print(const std::string& text) {
    FC_TRY(cli::OutputFile output, cli::OutputFile::open("-"));
    FC_TRY_VOID(output.write(text));
    return output.keep();
}

Result<std::string> tail(
    TopicsSource& source, const options::ServeOptions& options, const TopicsCommand& command
) {
    TailOptions tail{.topic = command.topic.empty() ? options.response_topic : command.topic};
    FC_TRY(tail.start, start_of(command));
    if (command.no_follow) tail.follow = Follow::no;
    if (command.count > 0) tail.count = command.count;
    if (command.raw) tail.form = RecordForm::raw;
    if (command.as_json) tail.form = RecordForm::json;
    if (command.headers) tail.headers = ShowHeaders::yes;
    tail.uuid = command.uuid;
    FC_TRY_VOID(tail_topic(source, tail, print));
    return std::string();
}

Result<void> work_and_print(
    const options::ServeOptions& options, const TopicsCommand& command, Work work
) {
    const base::SystemClock clock;
    FC_TRY(const std::unique_ptr<TopicsSource> source, TopicsSource::open(options, clock));
    FC_TRY(const std::string text, work(*source, options, command));
    return print(text);
}

cli::ExitCode run(const TopicsCommand& command, Work work) {
    const auto settings = command.flags.settings();
    if (!settings) return cli::usage_error(settings.error());
    const Result<void> done = work_and_print(settings->options, command, work);
    if (done) return {};
    const bool is_usage = done.error().code == Errc::invalid_argument;
    return is_usage ? cli::usage_error(done.error()) : cli::failure(done.error());
}

// One of them, with the flags that all have.
struct Added {
    CLI::App* app;
    std::shared_ptr<TopicsCommand> state;
};

Added add(
    CLI::App& topics, const char* name, const char* help, Work work, cli::ExitCode& exit_code
) {
    CLI::App* const command = topics.add_subcommand(name, help);
    const auto state = std::make_shared<TopicsCommand>(*command);
    command->add_flag("--json", state->as_json, "Print JSON.");
    command->callback([state, work, &exit_code] { exit_code = run(*state, work); });
    return {command, state};
}

void add_changing(CLI::App& topics, cli::ExitCode& exit_code) {
    const Added create =
        add(topics,
            "init",
            "Create the topics that are missing; say where others differ.",
            init,
            exit_code);
    create.state->partitions = 4;
    create.app->add_option("--partitions", create.state->partitions, "Of each topic.")
        ->capture_default_str()
        ->check(CLI::Range(1, 10'000));
    create.app
        ->add_option("--replication", create.state->replication, "Replicas [the brokers' default].")
        ->check(CLI::Range(1, 100));
    create.app->add_option(
        "--retention", create.state->retention, "How long records are kept [the brokers' default]."
    );
    const Added change = add(topics, "set", "Change a topic.", set, exit_code);
    change.app->add_option("--topic", change.state->topic, "Which one.")->required();
    change.app->add_option(
        "--retention",
        change.state->retention,
        "How long records are kept, such as 24h; 'default': as others (of the brokers, or "
        "--log-retention)."
    );
    change.app->add_option("--partitions", change.state->partitions, "More than there are now.")
        ->check(CLI::Range(1, 10'000));
}

void add_group(const Added& command) {
    command.app->add_option(
        "--group", command.state->group, "Another group than flightcast's own."
    );
    command.app->add_option("--topic", command.state->topic, "The topic that --group reads.")
        ->needs("--group");
}

void add_seek(CLI::App& topics, cli::ExitCode& exit_code) {
    const Added move =
        add(topics, "seek", "Say where groups that are not at work go on.", seek, exit_code);
    add_group(move);
    move.app
        ->add_option(
            "--to",
            move.state->to,
            "beginning, end, unanswered (the first request without an outcome), or the records of "
            "the last 10m, 2h, ..."
        )
        ->required();
    move.app->add_option(
        "--since",
        move.state->since,
        "With --to unanswered: look at the requests of the last 10m, 2h, ... alone [all]."
    );
}

void add_looking(CLI::App& topics, cli::ExitCode& exit_code) {
    const Added look =
        add(topics, "describe", "Partitions, replicas, retention, offsets.", describe, exit_code);
    look.app->add_option("--topic", look.state->topic, "Only this one.");
    const Added lags =
        add(topics, "lag", "How far each group is behind in each partition.", lag, exit_code);
    add_group(lags);
}

void add_tail(CLI::App& topics, cli::ExitCode& exit_code) {
    const Added follow = add(topics, "tail", "Show records as they come.", tail, exit_code);
    TopicsCommand& state = *follow.state;
    follow.app->add_option("--topic", state.topic, "Which one [the response topic].");
    CLI::Option* const beginning = follow.app->add_flag(
        "--from-beginning", state.from_beginning, "Begin with the oldest record that is kept."
    );
    follow.app->add_option("--since", state.since, "Begin with what came in the last 10m, 2h, ...")
        ->excludes(beginning);
    follow.app->add_flag("--no-follow", state.no_follow, "Stop at the end.");
    follow.app->add_option("--uuid", state.uuid, "Only records of this request.");
    follow.app->add_option("--count", state.count, "Stop after so many records.")
        ->check(CLI::Range(1, 1'000'000'000));
    follow.app->add_flag("--raw", state.raw, "Print values as they are.")->excludes("--json");
    follow.app->add_flag("--headers", state.headers, "Print headers, too.")->excludes("--raw");
}

}  // namespace

void add_topics_command(CLI::App& program, cli::ExitCode& exit_code) {
    CLI::App* const topics = program.add_subcommand(
        "topics", "Look at and manage the topics, in Kafka or in an embedded data folder."
    );
    topics->require_subcommand(1);
    add_changing(*topics, exit_code);
    add_seek(*topics, exit_code);
    add_looking(*topics, exit_code);
    add_tail(*topics, exit_code);
    topics->footer(
        "Without --kafka, the data folder of an embedded server is looked at, which may be\n"
        "running.\n"
        "\n"
        "Examples:\n"
        "  flightcast topics init --kafka localhost:9092 --partitions 4\n"
        "  flightcast topics describe --kafka localhost:9092\n"
        "  flightcast topics set --kafka localhost:9092 --topic flight-delay-ml-request "
        "--retention 24h\n"
        "  flightcast topics tail --from-beginning --no-follow --uuid 8e90da7e-63f5-45f9-8f3d-"
        "7d948120e5a2\n"
        "  flightcast topics lag --kafka localhost:9092 --json\n"
        "  flightcast topics seek --kafka localhost:9092 --to unanswered"
    );
}

}  // namespace flightcast::app::topics
