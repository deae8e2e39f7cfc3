// SPDX-License-Identifier: Apache-2.0
//
// Broker and database, asked as a server with the same options would ask them.
#include <algorithm>
#include <string>

#include "app/doctor/doctor_checks.h"
#include "app/serve/deployment.h"
#include "store/mongo/mongo_distances.h"

namespace flightcast::app::doctor {
namespace {

using base::Errc;
using base::Result;
using eventlog::TopicDescription;
using State = Finding::State;

Finding bad(const char* name, const base::Error& error, const char* advice) {
    return {name, State::bad, error.detail, advice};
}

// What one topic is like; `partitions` is set when it is there.
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
    if (described.error().code != Errc::not_found) {
        return bad("topic", described.error(), "the broker's log says more");
    }
    if (options.create_topics) {
        return {"topic", State::good, topic + " will be made by the first server", ""};
    }
    return {"topic", State::bad, "there is no " + topic, "run 'flightcast topics init'"};
}

Result<std::int64_t> waiting_for(
    eventlog::Admin& admin,
    const std::string& group,
    const std::vector<TopicDescription>& topics,
    const std::vector<std::string>& names
) {
    std::vector<std::string> there;
    for (const TopicDescription& topic : topics) {
        if (std::ranges::find(names, topic.spec.name) != names.end()) {
            there.push_back(topic.spec.name);
        }
    }
    FC_TRY(const std::vector<eventlog::Position> committed, admin.committed(group, there));
    std::int64_t waiting = 0;
    for (const TopicDescription& topic : topics) {
        if (std::ranges::find(names, topic.spec.name) == names.end()) continue;
        for (const eventlog::PartitionRange& range : topic.partitions) {
            const eventlog::TopicPartition at{topic.spec.name, range.partition};
            const auto place = std::ranges::find(committed, at, &eventlog::Position::at);
            const eventlog::Offset next = place == committed.end() ? range.first : place->next;
            waiting += range.end.value() - next.value();
        }
    }
    return waiting;
}

Finding check_waiting(const char* name, const Result<std::int64_t>& waiting) {
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
    auto log = [&]() -> Result<std::unique_ptr<eventlog::kafka::KafkaLog>> {
        FC_TRY(auto chosen, serve::kafka_options(options));
        return eventlog::kafka::KafkaLog::open(std::move(chosen), patient.clock);
    }();
    if (!log) return {bad("kafka", log.error(), "see 'flightcast serve --help'")};
    eventlog::Admin& admin = (*log)->admin();
    const auto topics = admin.topics();
    if (!topics) {
        const auto trouble = (*log)->trouble();
        return {bad(
            "kafka",
            trouble.value_or(topics.error()),
            "check --kafka, and that its brokers run and advertise an address that this machine "
            "reaches"
        )};
    }
    std::vector<Finding> findings = {{"kafka", State::good, options.kafka + " answers", ""}};
    std::vector<TopicDescription> found;
    for (const std::string& topic :
         {options.request_topic, options.response_topic, options.dead_letter_topic}) {
        findings.push_back(check_topic(admin, topic, options, found));
    }
    compare_partitions(found, options, findings);
    findings.push_back(check_waiting(
        "scorer", waiting_for(admin, options.scorer_group, found, {options.request_topic})
    ));
    findings.push_back(check_waiting(
        "archiver",
        waiting_for(
            admin,
            options.archiver_group,
            found,
            {options.response_topic, options.dead_letter_topic}
        )
    ));
    return findings;
}

}  // namespace

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
