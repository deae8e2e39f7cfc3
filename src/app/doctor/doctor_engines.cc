// SPDX-License-Identifier: Apache-2.0
//
// Groups and database, asked as a server with the same options would ask them.
#include <algorithm>
#include <iterator>
#include <memory>
#include <string>

#include "app/doctor/doctor_checks.h"
#include "app/serve/deployment.h"
#include "app/serve/stage_names.h"
#include "eventlog/lag.h"
#include "stages/stage_table.h"
#include "store/mongo/mongo_distances.h"

namespace flightcast::app::doctor {
namespace {

using base::Errc;
using base::Result;
using eventlog::TopicDescription;
using State = Finding::State;

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

}  // namespace

std::vector<Finding> check_groups(
    eventlog::Admin& admin,
    const options::ServeOptions& options,
    const std::vector<TopicDescription>& found
) {
    std::vector<Finding> findings;
    for (const pipeline::StageSpec& stage : serve::stages_in_use(options)) {
        if (stage.group.empty()) continue;
        findings.push_back(check_waiting(
            stage.name, waiting_for(admin, {.group = stage.group, .topics = stage.topics}, found)
        ));
    }
    return findings;
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
