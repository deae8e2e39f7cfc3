// SPDX-License-Identifier: Apache-2.0
#include "app/serve/deployment.h"

#include <algorithm>
#include <array>
#include <utility>

#include "app/cli/password_file.h"
#include "app/serve/watch/measured_store.h"
#include "base/check.h"
#include "base/enum_order.h"
#include "eventlog/kafka/kafka_log.h"
#include "eventlog/local/local_log.h"
#include "eventlog/sqlite/sqlite_storage.h"
#include "history/sqlite/sqlite_history.h"
#include "stages/stage_table.h"
#include "store/mongo/mongo_store.h"
#include "store/sqlite/sqlite_store.h"

namespace flightcast::app::serve {

using base::Errc;
using base::fail;
using base::Result;

namespace {

constexpr std::array<std::string_view, 3> kRoleNames = {"serve", "gateway", "scorer"};
static_assert(base::is_enum_order(std::array{Role::serve, Role::gateway, Role::scorer}));

// Whether what `setting` ("compression.type=lz4") asks for is more than the original web server's
// consumer can unpack.
bool is_too_new_for_original(std::string_view setting) {
    // librdkafka takes both names, each also with this in front.
    constexpr std::string_view kOfTopics = "topic.";
    if (setting.starts_with(kOfTopics)) setting.remove_prefix(kOfTopics.size());
    const std::size_t equals = setting.find('=');
    if (equals == std::string_view::npos) return false;
    const std::string_view name = setting.substr(0, equals);
    const std::string_view value = setting.substr(equals + 1);
    const bool is_compression = name == "compression.type" || name == "compression.codec";
    return is_compression && value != "none" && value != "gzip";
}

Result<void> check_original_readers(const options::ServeOptions& options) {
    if (options.exactly_once) {
        return fail(
            Errc::invalid_argument,
            "--exactly-once: transaction markers end the original web server's consumer; leave one "
            "of --exactly-once and --original-readers out"
        );
    }
    const auto found = std::ranges::find_if(options.kafka_options, is_too_new_for_original);
    if (found == options.kafka_options.end()) return {};
    return fail(
        Errc::invalid_argument,
        "--kafka-option " + *found +
            ": compression other than gzip ends the original web server's consumer; give none or "
            "gzip, or leave --original-readers out"
    );
}

Result<void> open_folder(Deployment& deployment, const options::ServeOptions& options) {
    FC_TRY(deployment.folder, DataFolder::open(options.data_folder()));
    return {};
}

// Tells how long commits take, by whether they are flushed.
std::function<void(bool, std::chrono::nanoseconds)> commit_times(telemetry::Metrics& metrics) {
    return [flushed = metrics.histogram(telemetry::kCommitSeconds, "yes"),
            others = metrics.histogram(telemetry::kCommitSeconds, "no")](
               bool durable, std::chrono::nanoseconds took
           ) { (durable ? flushed : others).observe(took); };
}

Result<void> open_local_log(Deployment& deployment, const Tools& tools) {
    FC_TRY(
        std::unique_ptr<eventlog::local::Storage> storage,
        eventlog::sqlite::SqliteStorage::open(deployment.folder->database())
    );
    FC_TRY(
        deployment.log,
        eventlog::local::LocalLog::open(
            std::move(storage), tools.clock, {.on_commit = commit_times(tools.metrics)}
        )
    );
    deployment.log_place = deployment.folder->database().string();
    return {};
}

Result<void> open_local_store(Deployment& deployment, const base::Clock& clock) {
    FC_TRY(
        deployment.store, store::sqlite::SqliteStore::open(deployment.folder->database(), clock)
    );
    FC_TRY(
        deployment.history,
        history::sqlite::SqliteHistory::open(deployment.folder->database(), clock)
    );
    deployment.store_place = deployment.folder->database().string();
    return {};
}

// Counts the work of the clients of one kind.
eventlog::kafka::Measured kafka_figures(telemetry::Metrics& metrics) {
    struct Handles {
        telemetry::Counter requests;
        telemetry::Counter errors;
        telemetry::Counter retries;
        telemetry::Histogram round_trip;
        telemetry::Gauge waiting;
    };
    const auto handles_of = [&metrics](const char* client) {
        return Handles{
            .requests = metrics.counter(telemetry::kKafkaRequests, client),
            .errors = metrics.counter(telemetry::kKafkaErrors, client),
            .retries = metrics.counter(telemetry::kKafkaRetries, client),
            .round_trip = metrics.histogram(telemetry::kKafkaRoundTrip, client),
            .waiting = metrics.gauge(telemetry::kKafkaWaiting, client)
        };
    };
    return [producers = handles_of("producer"),
            consumers = handles_of("consumer")](const eventlog::kafka::ClientFigures& grown) {
        const bool produces = grown.kind == eventlog::kafka::ClientKind::producer;
        const Handles& handles = produces ? producers : consumers;
        handles.requests.add(static_cast<double>(grown.requests));
        handles.errors.add(static_cast<double>(grown.errors));
        handles.retries.add(static_cast<double>(grown.retries));
        handles.waiting.add(static_cast<double>(grown.waiting));
        for (const auto time : grown.round_trips) handles.round_trip.observe(time);
    };
}

Result<void> open_kafka(
    Deployment& deployment, const options::ServeOptions& options, const Tools& tools
) {
    const telemetry::Logger& logger = tools.logger;
    FC_TRY(eventlog::kafka::KafkaOptions chosen, kafka_options(options));
    chosen.notice = [logger](eventlog::kafka::NoticeLevel level, const std::string& text) {
        using eventlog::kafka::NoticeLevel;
        if (level == NoticeLevel::debug) return logger.debug(text);
        if (level == NoticeLevel::info) return logger.info(text);
        if (level == NoticeLevel::warning) return logger.warning(text);
        logger.error(text);
    };
    chosen.measured = kafka_figures(tools.metrics);
    FC_TRY(auto log, eventlog::kafka::KafkaLog::open(std::move(chosen), tools.clock));
    deployment.inspection = &log->inspection();
    deployment.log = std::move(log);
    deployment.log_place = "Kafka at " + options.kafka;
    return {};
}

Result<void> open_mongo(
    Deployment& deployment,
    const options::ServeOptions& options,
    const flight::TimeZone& zone,
    const base::Clock& clock,
    const telemetry::Logger& logger
) {
    FC_TRY(store::mongo::MongoOptions chosen, mongo_options(options, zone));
    chosen.warn = [logger](const std::string& text) { logger.warning(text); };
    deployment.store_place =
        store::mongo::redacted_uri(options.mongo) + " " + options.mongo_database;
    FC_TRY(deployment.store, store::mongo::MongoStore::open(std::move(chosen), clock));
    return {};
}

Result<void> start_checkpointer(Deployment& deployment, const Tools& tools) {
    const telemetry::Logger& logger = tools.logger;
    const auto seconds = tools.metrics.histogram(telemetry::kCheckpointSeconds);
    FC_TRY(
        deployment.checkpointer,
        sqlite::Checkpointer::start(
            deployment.folder->database(),
            {.warning = [logger](const std::string& text) { logger.warning(text); },
             .info = [logger](const std::string& text) { logger.info(text); }},
            {.clock = &tools.clock,
             .took = [seconds](std::chrono::nanoseconds took) { seconds.observe(took); }}
        )
    );
    return {};
}

// The topic is there, or it is made when `creates`.
Result<void> ensure_topic(eventlog::Admin& admin, const eventlog::TopicSpec& spec, bool creates) {
    // It may be there, for others to see.
    const auto found = admin.describe(spec.name);
    if (found) return {};
    const bool is_missing = found.error().code == Errc::not_found;
    if (!is_missing || !creates) return std::unexpected(found.error());
    const auto created = admin.create_topic(spec);
    if (!created) return std::unexpected(created.error());
    return {};
}

}  // namespace

bool is_refusal(const eventlog::Admin& admin, const std::string& topic, const base::Error& error) {
    const bool is_away = error.code == Errc::unavailable || error.code == Errc::timeout;
    return !is_away || admin.is_denied(topic);
}

std::string_view name_of(Role role) {
    return kRoleNames[static_cast<std::size_t>(role)];
}

bool Deployment::is_local() const {
    FC_CHECK(log != nullptr);
    return log->embedded() != nullptr && (store == nullptr || !store->is_distant());
}

Result<void> check_role(Role role, const options::ServeOptions& options) {
    const std::string name(name_of(role));
    if (role != Role::serve && options.kafka.empty()) {
        return fail(
            Errc::invalid_argument,
            "--kafka: '" + name +
                "' needs the brokers that it shares with the other role; 'flightcast serve' works "
                "alone"
        );
    }
    if (options.demo && (role != Role::serve || !options.kafka.empty() || !options.mongo.empty())) {
        return fail(
            Errc::invalid_argument,
            "--demo: its flights belong into no other system; it works with 'flightcast serve' "
            "alone, without --kafka and --mongo"
        );
    }
    if (options.exactly_once && options.kafka.empty()) {
        return fail(Errc::invalid_argument, "--exactly-once: only a log in Kafka needs it");
    }
    if (options.original_readers) FC_TRY_VOID(check_original_readers(options));
    if (role == Role::scorer && options.archive == options::Archive::on && options.mongo.empty()) {
        return fail(Errc::invalid_argument, "--archive on: a scorer needs --mongo to archive to");
    }
    return {};
}

Result<Deployment> open_deployment(
    Role role,
    const options::ServeOptions& options,
    const flight::TimeZone& zone,
    const Tools& tools
) {
    const base::Clock& clock = tools.clock;
    const telemetry::Logger& logger = tools.logger;
    Deployment deployment;
    const bool has_local_log = options.kafka.empty();
    const bool has_local_store = role == Role::serve && options.mongo.empty();
    if (has_local_log || has_local_store) FC_TRY_VOID(open_folder(deployment, options));
    if (has_local_log) FC_TRY_VOID(open_local_log(deployment, tools));
    if (has_local_store) FC_TRY_VOID(open_local_store(deployment, clock));
    if (deployment.folder) {
        FC_TRY_VOID(start_checkpointer(deployment, tools));
    }
    if (!has_local_log) FC_TRY_VOID(open_kafka(deployment, options, tools));
    if (!options.mongo.empty()) FC_TRY_VOID(open_mongo(deployment, options, zone, clock, logger));
    if (deployment.store != nullptr) {
        deployment.store =
            std::make_unique<MeasuredStore>(std::move(deployment.store), clock, tools.metrics);
    }
    return deployment;
}

Result<store::mongo::MongoOptions> mongo_options(
    const options::ServeOptions& options, const flight::TimeZone& zone
) {
    store::mongo::MongoOptions chosen;
    chosen.uri = options.mongo;
    chosen.password = options.mongo_password;
    if (!options.mongo_password_file.empty()) {
        FC_TRY(
            chosen.password,
            cli::read_password(options.mongo_password_file, "--mongo-password-file")
        );
    }
    chosen.database = options.mongo_database;
    chosen.predictions = options.prediction_collection;
    chosen.failures = options.failure_collection;
    chosen.distances = options.distance_collection;
    chosen.ttl = options.store_retention;
    chosen.zone = zone;
    chosen.fields = options.response_fields;
    return chosen;
}

Result<eventlog::kafka::KafkaOptions> kafka_options(const options::ServeOptions& options) {
    eventlog::kafka::KafkaOptions chosen{.brokers = options.kafka};
    for (const std::string& setting : options.kafka_options) {
        const std::size_t equals = setting.find('=');
        if (equals == std::string::npos || equals == 0) {
            return fail(
                Errc::invalid_argument,
                "--kafka-option: '" + setting + "' is not NAME=VALUE, such as linger.ms=5"
            );
        }
        chosen.settings[setting.substr(0, equals)] = setting.substr(equals + 1);
    }
    if (!options.kafka_user.empty()) {
        chosen.settings.insert_or_assign("sasl.username", options.kafka_user);
        // librdkafka has two names for it.
        if (!chosen.settings.contains("sasl.mechanism")) {
            chosen.settings.try_emplace("sasl.mechanisms", "PLAIN");
        }
        const bool has_tls = chosen.settings.contains("ssl.ca.location");
        chosen.settings.try_emplace("security.protocol", has_tls ? "sasl_ssl" : "sasl_plaintext");
    }
    if (!options.kafka_password.empty()) {
        chosen.settings.insert_or_assign("sasl.password", options.kafka_password);
    }
    if (!options.kafka_password_file.empty()) {
        FC_TRY(
            std::string password,
            cli::read_password(options.kafka_password_file, "--kafka-password-file")
        );
        chosen.settings.insert_or_assign("sasl.password", std::move(password));
    }
    using eventlog::kafka::Delivery;
    chosen.delivery = options.exactly_once ? Delivery::exactly_once : Delivery::at_least_once;
    chosen.accept_timeout = options.accept_timeout;
    chosen.replication =
        options.replication == 0 ? -1 : static_cast<std::int16_t>(options.replication);
    return chosen;
}

Result<std::string> ensure_topics(eventlog::EventLog& log, const options::ServeOptions& options) {
    // Embedded topics have one partition: one process reads them; more would only cost.
    const auto partitions =
        options.kafka.empty() ? 1 : static_cast<std::int32_t>(options.partitions);
    const bool creates = options.create_topics || options.kafka.empty();
    // Looked at first: whoever may use a topic need not be allowed to make one.
    FC_TRY(const std::vector<std::string> known, log.admin().topics());
    std::string off;
    for (const pipeline::TopicRule& rule : stages::topic_table(options.topics())) {
        if (rule.is_of_models) continue;  // ensure_model_topics()
        if (std::ranges::find(known, rule.name) != known.end()) continue;
        const auto ensured = ensure_topic(
            log.admin(),
            {.name = rule.name,
             .partitions = rule.partitions.value_or(partitions),
             .retention = rule.retention},
            creates
        );
        if (ensured) continue;
        const bool is_off = rule.is_optional && is_refusal(log.admin(), rule.name, ensured.error());
        if (!is_off) return std::unexpected(ensured.error());
        if (off.empty()) off = ensured.error().detail;
    }
    return off;
}

Result<std::string> ensure_model_topics(
    eventlog::EventLog& log, const options::ServeOptions& options
) {
    const auto partitions =
        options.kafka.empty() ? 1 : static_cast<std::int32_t>(options.partitions);
    const bool creates = options.create_topics || options.kafka.empty();
    FC_TRY(const std::vector<std::string> known, log.admin().topics());
    for (const pipeline::TopicRule& rule : stages::topic_table(options.topics())) {
        if (!rule.is_of_models || std::ranges::find(known, rule.name) != known.end()) continue;
        const auto ensured = ensure_topic(
            log.admin(),
            {.name = rule.name,
             .partitions = rule.partitions.value_or(partitions),
             .retention = rule.retention},
            creates
        );
        if (ensured) continue;
        if (!is_refusal(log.admin(), rule.name, ensured.error())) {
            return std::unexpected(ensured.error());
        }
        return ensured.error().detail;
    }
    return std::string();
}

}  // namespace flightcast::app::serve
