// SPDX-License-Identifier: Apache-2.0
//
// The rows of the option table that log, store and records have. Defaults stand in ServeOptions,
// bounds here.
#include <array>

#include "app/options/option_fields.h"

namespace flightcast::app::options {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

constexpr std::array<std::string_view, 3> kArchive = {"auto", "on", "off"};
constexpr std::array<std::string_view, 2> kResponseFields = {"all", "original"};

constexpr std::array kRecordRows = {
    OptionSpec{
        .name = "kafka",
        .help = "Brokers of the Kafka that holds the event log, HOST:PORT separated by commas.",
        .field = TextField{&Options::kafka},
        .default_note = "none: the event log is in the data folder",
    },
    OptionSpec{
        .name = "kafka-option",
        .help = "A setting of librdkafka as NAME=VALUE, over the built-in ones; may be repeated.",
        .field = ListField{&Options::kafka_options},
        .default_note = "none",
    },
    OptionSpec{
        .name = "kafka-user",
        .help = "User name for Kafka; SASL is used when it is given, PLAIN unless set otherwise.",
        .field = TextField{&Options::kafka_user},
        .default_note = "none",
    },
    OptionSpec{
        .name = "kafka-password",
        .help = "Password for Kafka; better in a variable or a file than in a flag.",
        .field = TextField{&Options::kafka_password},
        .default_note = "none",
        .secret = true,
    },
    OptionSpec{
        .name = "kafka-password-file",
        .help = "File whose first line is the password for Kafka.",
        .field = PathField{&Options::kafka_password_file},
        .default_note = "none",
    },
    OptionSpec{
        .name = "exactly-once",
        .help = "Publish outcomes in Kafka transactions: no repetition on the topic, more latency.",
        .field = SwitchField{&Options::exactly_once},
    },
    OptionSpec{
        .name = "original-readers",
        .help = "The original web server reads the responses: neither --exactly-once nor any "
                "compression but gzip is taken, and answers wait (--answer-delay).",
        .field = SwitchField{&Options::original_readers},
    },
    OptionSpec{
        .name = "answer-delay",
        .help = "How old a request is when it is answered, for pages that join late; 0 is no wait, "
                "or 500ms with --original-readers.",
        .field = duration(&Options::answer_delay, 0ms, 1min),
    },
    OptionSpec{
        .name = "create-topics",
        .help = "Create topics that are missing; --no-create-topics waits for them instead.",
        .field = SwitchField{&Options::create_topics},
    },
    OptionSpec{
        .name = "partitions",
        .help = "Partitions of a topic created in Kafka: the most scorers that share its work.",
        .field = CountField{&Options::partitions, 1, 1'000},
    },
    OptionSpec{
        .name = "replication",
        .help = "Copies of a topic created in Kafka; 0 leaves it to the brokers.",
        .field = CountField{&Options::replication, 0, 100},
    },
    OptionSpec{
        .name = "scorer-group",
        .help = "Consumer group of the scorers.",
        .field = TextField{&Options::scorer_group},
    },
    OptionSpec{
        .name = "archiver-group",
        .help = "Consumer group of those that copy outcomes into the store.",
        .field = TextField{&Options::archiver_group},
    },
    OptionSpec{
        .name = "evaluator-group",
        .help = "Consumer group of those that judge predictions by arrivals.",
        .field = TextField{&Options::evaluator_group},
    },
    OptionSpec{
        .name = "shadow-group",
        .help = "Consumer group of those that have challengers answer requests.",
        .field = TextField{&Options::shadow_group},
    },
    OptionSpec{
        .name = "decider-group",
        .help = "Consumer group of those that decide experiments.",
        .field = TextField{&Options::decider_group},
    },
    OptionSpec{
        .name = "historian-group",
        .help = "Consumer group of those that keep arrivals and evaluations in the store.",
        .field = TextField{&Options::historian_group},
    },
    OptionSpec{
        .name = "arrival-horizon",
        .help = "How long after its request a report of an arrival may judge a prediction.",
        .field = duration(&Options::arrival_horizon, 1min, days(30)),
    },
    OptionSpec{
        .name = "arrival-sources",
        .help = "Sources of arrivals, joined by commas: the first that reports a flight counts.",
        .field = TextField{&Options::arrival_sources, true},
        .default_note = "all alike: the newest report counts",
    },
    OptionSpec{
        .name = "archive",
        .help = "Whether outcomes are copied into the store; off when another program does it.",
        .field = choice<&Options::archive>(kArchive),
    },
    OptionSpec{
        .name = "mongo",
        .help = "Connection string of the MongoDB that holds outcomes and distances; a password in "
                "it is never shown.",
        .field = TextField{&Options::mongo},
        .default_note = "none: the data folder, or no store",
    },
    OptionSpec{
        .name = "mongo-password",
        .help = "Password for MongoDB, so that it need not stand in the connection string.",
        .field = TextField{&Options::mongo_password},
        .default_note = "none",
        .secret = true,
    },
    OptionSpec{
        .name = "mongo-password-file",
        .help = "File whose first line is the password for MongoDB.",
        .field = PathField{&Options::mongo_password_file},
        .default_note = "none",
    },
    OptionSpec{
        .name = "mongo-database",
        .help = "Database in MongoDB.",
        .field = TextField{&Options::mongo_database},
    },
    OptionSpec{
        .name = "prediction-collection",
        .help = "Collection of predictions.",
        .field = TextField{&Options::prediction_collection},
    },
    OptionSpec{
        .name = "failure-collection",
        .help = "Collection of failures, which the original system does not have.",
        .field = TextField{&Options::failure_collection},
    },
    OptionSpec{
        .name = "distance-collection",
        .help = "Collection of routes and their distances.",
        .field = TextField{&Options::distance_collection},
    },
    OptionSpec{
        .name = "distance-refresh",
        .help = "How often the distances are read again from MongoDB.",
        .field = duration(&Options::distance_refresh, 1s, days(30)),
    },
    OptionSpec{
        .name = "operations-port",
        .help = "Port on which a scorer answers /livez, /readyz and /metrics; 0: none.",
        .field = PortField{&Options::operations_port},
    },
    OptionSpec{
        .name = "response-fields",
        .help = "Fields of a prediction: all, or only those of the original system.",
        .field = choice<&Options::response_fields>(kResponseFields),
    },
    OptionSpec{
        .name = "timezone",
        .help = "Time zone of the timestamps in records, a name of the tz database.",
        .field = TextField{&Options::timezone},
    },
    OptionSpec{
        .name = "request-topic",
        .help = "Topic of the requests.",
        .field = TextField{&Options::request_topic},
    },
    OptionSpec{
        .name = "response-topic",
        .help = "Topic of the predictions.",
        .field = TextField{&Options::response_topic},
    },
    OptionSpec{
        .name = "dead-letter-topic",
        .help = "Topic of the requests that could not be scored, with the reason.",
        .field = TextField{&Options::dead_letter_topic},
    },
    OptionSpec{
        .name = "arrival-topic",
        .help = "Topic of the reports of what really happened.",
        .field = TextField{&Options::arrival_topic},
    },
    OptionSpec{
        .name = "evaluation-topic",
        .help = "Topic of the predictions that were judged by arrivals.",
        .field = TextField{&Options::evaluation_topic},
    },
    OptionSpec{
        .name = "models-topic",
        .help = "Topic of the registry of models: versions, aliases, experiments.",
        .field = TextField{&Options::models_topic},
    },
    OptionSpec{
        .name = "model-parts-topic",
        .help = "Topic of the bundles of models, in parts.",
        .field = TextField{&Options::model_parts_topic},
    },
    OptionSpec{
        .name = "shadow-topic",
        .help = "Topic of the answers of challengers, which no client sees.",
        .field = TextField{&Options::shadow_topic},
    },
};

}  // namespace

std::span<const OptionSpec> record_rows() {
    return kRecordRows;
}

}  // namespace flightcast::app::options
