// SPDX-License-Identifier: Apache-2.0
#include "registry/registry_json.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "flight/calendar/timestamp.h"
#include "registry/member_writer.h"
#include "registry/record_json.h"

namespace flightcast::registry {
namespace {

constexpr std::size_t kEntriesShown = 500;

std::string time_text(base::WallTime time) {
    std::string text;
    flight::append_utc(text, time);
    return text;
}

std::string list_of(const std::vector<std::string>& values) {
    std::string text = "[";
    for (const std::string& value : values) text += (text.size() == 1 ? "" : ",") + value;
    return text + "]";
}

std::string json_text(std::string_view text) {
    std::string json;
    text::append_java_string(json, text);
    return json;
}

RecordTime record_time(const Surroundings& around) {
    return around.at ? std::chrono::floor<std::chrono::milliseconds>(*around.at)
                     : RecordTime::max();
}

const Entry* entry_of(const Registry& registry, const base::Uuid& id) {
    const auto& history = registry.history();
    const auto found =
        std::ranges::find_if(history, [&](const Entry& entry) { return entry.record.id == id; });
    return found == history.end() ? nullptr : &*found;
}

std::string aliases_json(const Registry& registry, RecordTime time) {
    std::vector<std::string> all;
    for (const auto& [alias, changes] : registry.aliases()) {
        const AliasChange* holding = nullptr;
        for (const AliasChange& change : changes) {
            if (change.since <= time) holding = &change;
        }
        if (holding == nullptr) continue;
        MemberWriter member;
        member.text("alias", alias);
        member.text("model", holding->model);
        member.text("since", time_text(holding->since));
        member.text("way", holding->way == Way::promote ? "promote" : "rollback");
        if (const Entry* const entry = entry_of(registry, holding->record)) {
            member.text("author", entry->record.author);
            member.text("reason", entry->record.reason);
        }
        const auto before = registry.before(alias);
        member.flag("can_roll_back", before.has_value());
        if (before) member.text("before", before->model);
        all.push_back(std::move(member).finish());
    }
    return list_of(all);
}

std::string versions_json(const Registry& registry) {
    std::vector<std::string> all;
    for (const Version& version : registry.versions()) {
        MemberWriter member;
        member.text("model", version.added.model);
        member.text("digest", version.added.digest);
        member.integer("bytes", static_cast<std::int64_t>(version.added.bytes));
        member.text("added", time_text(version.since));
        member.text("author", version.author);
        member.text("reason", version.reason);
        member.flag("removed", version.is_removed);
        member.raw("card", version.added.card);
        all.push_back(std::move(member).finish());
    }
    return list_of(all);
}

std::string experiments_json(const Registry& registry) {
    std::vector<std::string> all;
    for (const Experiment& experiment : registry.experiments()) {
        std::vector<std::string> arms;
        for (const ArmState& state : experiment.arms) {
            MemberWriter arm;
            arm.text("model", state.arm.model);
            arm.number("weight", state.arm.weight);
            if (state.decision) arm.text("decision", name_of(*state.decision));
            arms.push_back(std::move(arm).finish());
        }
        MemberWriter member;
        member.text("experiment", experiment.name);
        member.text("champion", experiment.champion);
        member.text("since", time_text(experiment.since));
        if (experiment.ended) member.text("ended", time_text(*experiment.ended));
        member.flag("auto_promote", experiment.auto_promote);
        member.raw("arms", list_of(arms));
        all.push_back(std::move(member).finish());
    }
    return list_of(all);
}

// A record as it stands on the topic, with the time at which it was appended.
std::string entry_json(const Entry& entry) {
    Record record = entry.record;
    if (auto* const added = std::get_if<VersionAdded>(&record.event)) added->card = "{}";
    MemberWriter member;
    member.text("appended", time_text(entry.appended));
    if (const auto* const unknown = std::get_if<Unknown>(&record.event)) {
        MemberWriter inner;
        inner.text("Id", record.id.to_string());
        inner.text("Kind", unknown->kind);
        inner.text("At", time_text(record.at));
        inner.text("Author", record.author);
        inner.text("Reason", record.reason);
        member.raw("record", std::move(inner).finish());
    } else {
        member.raw("record", encode_record(record));
    }
    return std::move(member).finish();
}

}  // namespace

std::string registry_json(const Registry& registry, const Surroundings& around) {
    const RecordTime time = record_time(around);
    MemberWriter to;
    to.text("champion", registry.model_of(kChampion, time));
    if (!around.in_use.empty()) to.text("in_use", around.in_use);
    if (!around.pinned.empty()) to.text("pinned", around.pinned);
    to.raw("aliases", aliases_json(registry, time));
    to.raw("versions", versions_json(registry));
    std::vector<std::string> challengers;
    for (const std::string& model : registry.challengers()) challengers.push_back(json_text(model));
    to.raw("challengers", list_of(challengers));
    to.raw("experiments", experiments_json(registry));
    const std::vector<Entry>& history = registry.history();
    std::vector<std::string> entries;
    const std::size_t skipped = history.size() > kEntriesShown ? history.size() - kEntriesShown : 0;
    for (std::size_t i = skipped; i < history.size(); ++i) {
        if (history[i].appended <= time) entries.push_back(entry_json(history[i]));
    }
    to.raw("history", list_of(entries));
    to.integer("records", static_cast<std::int64_t>(history.size()));
    return std::move(to).finish() + "\n";
}

}  // namespace flightcast::registry
