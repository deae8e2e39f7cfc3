// SPDX-License-Identifier: Apache-2.0
#include "app/serve/needed_rights.h"

#include <algorithm>
#include <string>

#include "app/serve/stage_names.h"
#include "stages/stage_table.h"

namespace flightcast::app::serve {
namespace {

using eventlog::kafka::NeededRight;
using Kind = NeededRight::Kind;

// Outcomes are archived, and a gateway begins behind the archived ones.
bool has_archive(Role role, const options::ServeOptions& options) {
    const bool has_store = role == Role::serve || !options.mongo.empty();
    return has_store && options.archive != options::Archive::off;
}

void add_gateway(
    std::vector<NeededRight>& all, const options::ServeOptions& options, bool has_archive
) {
    const flight::TopicSet topics = options.topics();
    all.push_back({.kind = Kind::write, .topic = topics.request});
    for (const std::string& topic : topics.outcomes()) {
        all.push_back({.kind = Kind::read, .topic = topic});
        if (!has_archive) continue;
        all.push_back({.kind = Kind::look, .topic = topic, .group = options.archiver_group});
    }
}

void add_stages(
    std::vector<NeededRight>& all, const options::ServeOptions& options, bool has_archive
) {
    const std::vector<std::string> topics = options.topics().all();
    const auto is_optional = [&](const std::string& topic) {
        const auto rules = stages::topic_table(options.topics());
        const auto rule = std::ranges::find(rules, topic, &pipeline::TopicRule::name);
        return rule != rules.end() && rule->is_optional;
    };
    for (const pipeline::StageSpec& stage : stages_in_use(options)) {
        if (stage.group == options.archiver_group && !has_archive) continue;
        // Predictions go on without these.
        if (std::ranges::any_of(stage.topics, is_optional)) continue;
        if (std::ranges::any_of(stage.writes, is_optional)) continue;
        for (const std::string& topic : stage.topics) {
            all.push_back({.kind = Kind::join, .topic = topic, .group = stage.group});
        }
        for (const std::string& place : stage.writes) {
            const bool is_topic = std::ranges::find(topics, place) != topics.end();
            if (is_topic) all.push_back({.kind = Kind::write, .topic = place});
        }
    }
}

}  // namespace

std::vector<NeededRight> needed_rights(Role role, const options::ServeOptions& options) {
    std::vector<NeededRight> all;
    const bool has_archive = serve::has_archive(role, options);
    if (role != Role::scorer) add_gateway(all, options, has_archive);
    if (role != Role::gateway) add_stages(all, options, has_archive);
    return all;
}

}  // namespace flightcast::app::serve
