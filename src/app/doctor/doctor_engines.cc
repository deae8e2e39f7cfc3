// SPDX-License-Identifier: Apache-2.0
//
// Broker and database, asked as a server with the same options would ask them.
#include <algorithm>
#include <iterator>
#include <memory>
#include <string>

#include "app/doctor/doctor_checks.h"
#include "app/serve/deployment.h"
#include "app/serve/stage_names.h"
#include "eventlog/kafka/kafka_log.h"
#include "eventlog/lag.h"
#include "store/mongo/mongo_distances.h"

namespace flightcast::app::doctor {
namespace {

using base::Errc;
using base::Result;
using eventlog::TopicDescription;
using State = Finding::State;

Finding bad(const std::string& name, const base::Error& error, const char* advice) {
    return {name, State::bad, error.detail, advice};
}

// The state of one topic; `partitions` is set when it is there.
Finding check_topic(
    eventlog::Admin& admin,
    const std::string& topic,
    const options::ServeOptions& options,
    std::vector<TopicDescription>& found
) {
    Result<TopicDescription> described = admin.describe(topic);
    if (described) {
        const std::size_t partitions = described->partitions.size();
        found.push_back(*std::move(described));
        return {
            "topic",
            State::good,
            topic + ": " + std::to_string(partitions) +
                (partitions == 1 ? " partition" : " partitions"),
            ""
        };
    }
    const bool is_optional = topic == options.arrival_topic || topic == options.evaluation_topic;
    if (is_optional && (!options.create_topics || described.error().code != Errc::not_found)) {
        return {
            "topic",
            State::warning,
            described.error().detail + ": arrivals are off, predictions go on",
            "run 'flightcast topics init', or grant the rights of docs/kafka.md"
        };
    }
    if (described.error().code != Errc::not_found) {
        return bad("topic", described.error(), "the broker's log says more");
    }
    if (options.create_topics) {
        return {"topic", State::good, topic + " will be made by the first server", ""};
    }
    return {"topic", State::bad, "there is no " + topic, "run 'flightcast topics init'"};
}

// Records that wait for `group` on those of the topics that were found.
Result<std::int64_t> waiting_for(
    eventlog::Admin& admin, eventlog::GroupTopics read, const std::vector<TopicDescription>& found
) {
    std::erase_if(read.topics, [&found](const std::string& name) {
        return std::ranges::none_of(found, [&name](const TopicDescription& topic) {
            return topic.spec.name == name;
        });
    });
    return eventlog::lag_of(admin, read);
}

Finding check_waiting(const std::string& name, const Result<std::int64_t>& waiting) {
    if (waiting) return say_waiting(name, *waiting);
    return bad(name, waiting.error(), "may this user read the group?");
}

// Responses and dead letters of one request must be read in the same order by everybody.
void compare_partitions(
    const std::vector<TopicDescription>& topics,
    const options::ServeOptions& options,
    std::vector<Finding>& findings
) {
    std::size_t responses = 0;
    std::size_t dead_letters = 0;
    for (const TopicDescription& topic : topics) {
        if (topic.spec.name == options.response_topic) responses = topic.partitions.size();
        if (topic.spec.name == options.dead_letter_topic) dead_letters = topic.partitions.size();
    }
    if (responses == 0 || dead_letters == 0 || responses == dead_letters) return;
    findings.push_back(
        {"topic",
         State::warning,
         options.response_topic + " and " + options.dead_letter_topic +
             " have different numbers of partitions",
         "run 'flightcast topics set' for the one with fewer"}
    );
}

std::vector<Finding> check_kafka(const Patient& patient) {
    const options::ServeOptions& options = patient.options;
    const auto log = [&]() -> Result<std::unique_ptr<eventlog::EventLog>> {
        FC_TRY(auto chosen, serve::kafka_options(options));
        return eventlog::kafka::KafkaLog::open(std::move(chosen), patient.clock);
    }();
    if (!log) return {bad("kafka", log.error(), "see 'flightcast serve --help'")};
    eventlog::Admin& admin = (*log)->admin();
    const auto topics = admin.topics();
    if (!topics) {
        const auto trouble = (*log)->condition().trouble;
        return {bad(
            "kafka",
            trouble.value_or(topics.error()),
            "check --kafka, and that its brokers run and advertise an address that this machine "
            "reaches"
        )};
    }
    std::vector<Finding> findings = {{"kafka", State::good, options.kafka + " answers", ""}};
    std::vector<TopicDescription> found;
    for (const std::string& topic : options.topics().all()) {
        findings.push_back(check_topic(admin, topic, options, found));
    }
    compare_partitions(found, options, findings);
    std::ranges::move(check_groups(admin, options, found), std::back_inserter(findings));
    std::ranges::move(
        check_arrivals(admin, options, found, patient.clock.wall_now()),
        std::back_inserter(findings)
    );
    return findings;
}

}  // namespace

std::vector<Finding> check_groups(
    eventlog::Admin& admin,
    const options::ServeOptions& options,
    const std::vector<TopicDescription>& found
) {
    std::vector<Finding> findings;
    for (const pipeline::StageSpec& stage : stages::stage_table(serve::stage_names(options))) {
        if (stage.group.empty()) continue;
        findings.push_back(check_waiting(
            stage.name, waiting_for(admin, {.group = stage.group, .topics = stage.topics}, found)
        ));
    }
    return findings;
}

std::vector<Finding> check_log(const Patient& patient) {
    return patient.options.kafka.empty() ? check_embedded_topics(patient) : check_kafka(patient);
}

std::vector<Finding> check_store(const Patient& patient) {
    if (patient.options.mongo.empty()) return {};
    const auto options = serve::mongo_options(patient.options, flight::TimeZone());
    if (!options) return {bad("mongo", options.error(), "see 'flightcast serve --help'")};
    const auto distances = store::mongo::MongoDistances::open(*options);
    if (!distances) return {bad("mongo", distances.error(), "check --mongo")};
    const auto table = (*distances)->read();
    const std::string place = store::mongo::redacted_uri(patient.options.mongo);
    if (table) {
        return {
            {"mongo",
             State::good,
             place + " answers and has " + std::to_string(table->routes.size()) + " routes",
             ""}
        };
    }
    if (table.error().code == Errc::not_found) {
        return {
            {"mongo", State::good, place + " answers", ""},
            {"distances",
             State::warning,
             "it has none: the built-in routes are used",
             "run 'flightcast import distances FILE --mongo URI'"}
        };
    }
    return {bad(
        "mongo",
        table.error(),
        "start it, or check --mongo; until then predictions go on, and outcomes are stored later"
    )};
}

}  // namespace flightcast::app::doctor
