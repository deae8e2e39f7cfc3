// SPDX-License-Identifier: Apache-2.0
//
// Brokers, topics, readers and rights, asked as a server with the same options would ask them.
#include <algorithm>
#include <iterator>
#include <memory>
#include <string>
#include <utility>

#include "app/doctor/doctor_checks.h"
#include "app/serve/deployment.h"
#include "app/serve/needed_rights.h"
#include "app/serve/stage_names.h"
#include "eventlog/kafka/admin/inspection.h"
#include "eventlog/kafka/kafka_log.h"
#include "stages/stage_table.h"

namespace flightcast::app::doctor {
namespace {

using base::Errc;
using base::Result;
using eventlog::TopicDescription;
using eventlog::kafka::Complaint;
using State = Finding::State;

constexpr const char* kReaders = "readers";

// The state of one topic; `partitions` is set when it is there.
Finding check_topic(
    eventlog::Admin& admin,
    const pipeline::TopicRule& rule,
    const options::ServeOptions& options,
    std::vector<TopicDescription>& found
) {
    const std::string& topic = rule.name;
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
    const bool is_missing = described.error().code == Errc::not_found;
    if (rule.is_optional && (!options.create_topics || !is_missing)) {
        return {
            "topic",
            State::warning,
            described.error().detail + ": " +
                (rule.is_of_models ? "the registry of models is" : "arrivals are") +
                " off, predictions go on",
            "run 'flightcast topics init', or grant the rights of docs/kafka.md"
        };
    }
    if (!is_missing) return bad("topic", described.error(), "the broker's log says more");
    if (options.create_topics) {
        return {"topic", State::good, topic + " will be made by the first server", ""};
    }
    return {"topic", State::bad, "there is no " + topic, "run 'flightcast topics init'"};
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

// Whether brokers advertise addresses that this machine reaches; false when none does.
bool check_addresses(eventlog::kafka::Inspection& inspection, std::vector<Finding>& findings) {
    const eventlog::kafka::Addresses addresses = inspection.addresses();
    for (const Complaint& complaint : addresses.complaints) {
        findings.push_back({"broker", State::bad, complaint.text, complaint.advice});
    }
    return addresses.unreachable == 0 || addresses.unreachable < addresses.brokers;
}

// The readers of one stage's topics; before the first start there are none.
Finding check_readers_of(
    eventlog::kafka::Inspection& inspection, const pipeline::StageSpec& stage
) {
    const std::string of_group = " of group '" + stage.group + "'";
    const auto found = inspection.readership({.group = stage.group, .topics = stage.topics});
    if (!found || found->members == 0) {
        return {
            kReaders,
            State::good,
            "no member" + of_group + " is seen at work",
            "start one, unless another program does the work of the " + stage.name +
                ", or this user may not see the group (ACL Describe)"
        };
    }
    if (found->unread.empty()) {
        const std::string members =
            std::to_string(found->members) + (found->members == 1 ? " member" : " members");
        return {
            kReaders,
            State::good,
            members + of_group + " for " + std::to_string(found->partitions) + " partitions",
            ""
        };
    }
    return {
        kReaders,
        State::warning,
        "no member" + of_group + " reads " + eventlog::kafka::numbers_of(found->unread),
        found->is_settled ? "records wait there: the logs of its members say why"
                          : "wait: its members are just sharing them"
    };
}

void check_readers(
    eventlog::kafka::Inspection& inspection,
    const options::ServeOptions& options,
    std::vector<Finding>& findings
) {
    for (const pipeline::StageSpec& stage : serve::stages_in_use(options)) {
        if (!stage.group.empty()) findings.push_back(check_readers_of(inspection, stage));
    }
}

// A user of one role alone has the rights of that one.
void check_rights(
    eventlog::kafka::Inspection& inspection,
    const options::ServeOptions& options,
    std::vector<Finding>& findings
) {
    using serve::Role;
    std::vector<Finding> missing;
    std::size_t lacking = 0;
    for (const Role role : {Role::gateway, Role::scorer}) {
        const std::size_t before = missing.size();
        for (const auto& right : serve::needed_rights(role, options)) {
            const auto complaint = inspection.missing(right);
            if (!complaint) continue;
            const std::string as_role = "as a " + std::string(serve::name_of(role)) + ", ";
            missing.push_back(
                {"rights", State::warning, as_role + complaint->text, complaint->advice}
            );
        }
        if (missing.size() > before) ++lacking;
    }
    if (missing.empty())
        missing.push_back({"rights", State::good, "no missing right is known", ""});
    for (Finding& finding : missing) {
        if (lacking == 2) finding.state = State::bad;
        findings.push_back(std::move(finding));
    }
}

std::vector<Finding> check_kafka(const Patient& patient) {
    const options::ServeOptions& options = patient.options;
    const auto log = [&]() -> Result<std::unique_ptr<eventlog::kafka::KafkaLog>> {
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
    eventlog::kafka::Inspection& inspection = (*log)->inspection();
    if (!check_addresses(inspection, findings)) return findings;
    std::vector<TopicDescription> found;
    for (const pipeline::TopicRule& topic : stages::topic_table(options.topics())) {
        findings.push_back(check_topic(admin, topic, options, found));
    }
    compare_partitions(found, options, findings);
    std::ranges::move(check_groups(admin, options, found), std::back_inserter(findings));
    check_readers(inspection, options, findings);
    check_rights(inspection, options, findings);
    std::ranges::move(
        check_arrivals(admin, options, found, patient.clock.wall_now()),
        std::back_inserter(findings)
    );
    return findings;
}

}  // namespace

std::vector<Finding> check_log(const Patient& patient) {
    return patient.options.kafka.empty() ? check_embedded_topics(patient) : check_kafka(patient);
}

}  // namespace flightcast::app::doctor
