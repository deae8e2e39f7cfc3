// SPDX-License-Identifier: Apache-2.0
//
// Positions are read before records, and records of requests before those of outcomes, so that what
// a server does meanwhile never looks like a fault.
#include "app/doctor/doctor_deep.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <unordered_set>
#include <utility>

#include "app/doctor/doctor_checks.h"
#include "app/serve/deployment.h"
#include "app/serve/stage_names.h"
#include "app/topics/topics_read.h"
#include "eventlog/positions.h"
#include "flight/outcome.h"
#include "flight/precedence.h"
#include "sqlite/database.h"
#include "store/mongo/stored_outcomes.h"
#include "store/sqlite/stored_outcomes.h"

namespace flightcast::app::doctor {
namespace {

using base::Errc;
using base::Result;
using base::Uuid;
using eventlog::Record;
using flight::OutcomeKind;
using State = Finding::State;

using Ids = std::unordered_set<Uuid>;

constexpr const char* kRestore =
    "restore a backup (flightcast restore), and keep this one for a look";

// Counts with the first one, for people.
struct Missing {
    std::size_t count = 0;
    std::string first;

    void add(const std::string& which) {
        if (count++ == 0) first = which;
    }
};

// All that is read once and looked at by several checks.
struct Facts {
    std::map<std::string, std::size_t> records;  // by topic
    Ids requests;                                // before the scorer's positions
    Ids outcomes;                                // on the topics
    Ids to_be_stored;                            // of those, before the archiver's positions
    Missing without_id;  // requests before the scorer's positions whose key is not a UUID
};

std::filesystem::path database_of(const Patient& patient) {
    return patient.options.data_folder() / "flightcast.db";
}

Result<std::string> integrity_of(const std::filesystem::path& file) {
    FC_TRY(auto database, sqlite::Database::open(file, {.read_only = true}));
    FC_TRY(auto check, database.prepare("PRAGMA integrity_check(5)"));
    std::string text;
    while (true) {
        FC_TRY(const bool found, check.step());
        if (!found) return text;
        text += (text.empty() ? "" : "; ") + check.text(0);
    }
}

std::vector<Finding> check_database(const Patient& patient) {
    const std::filesystem::path file = database_of(patient);
    std::error_code error;
    const std::uintmax_t bytes = std::filesystem::file_size(file, error);
    if (error) return {};  // The usual checks tell.
    const auto integrity = integrity_of(file);
    if (!integrity) return {bad("database", integrity.error(), kRestore)};
    if (*integrity != "ok") return {{"database", State::bad, *integrity, kRestore}};
    return {
        {"database",
         State::good,
         "SQLite finds nothing wrong in " + std::to_string(bytes / 1'000'000) + " MB",
         ""}
    };
}

// The committed positions of a stage's group; empty for a group that has read nothing yet.
Result<std::vector<eventlog::Position>> positions_of(
    eventlog::Admin& admin, const pipeline::StageSpec& stage
) {
    return admin.committed(stage.group, stage.topics);
}

bool is_before(const std::vector<eventlog::Position>& positions, const Record& record) {
    const auto position = eventlog::find_position(positions, record.at);
    return position && record.offset < *position;
}

// The positions of the stages, each beside the ends of its topics.
class Positions {
  public:
    static Result<Positions> read(eventlog::Admin& admin, const options::ServeOptions& options) {
        Positions positions;
        for (const pipeline::StageSpec& stage : serve::stages_in_use(options)) {
            if (stage.group.empty()) continue;
            auto committed = positions_of(admin, stage);
            if (!committed && committed.error().code == Errc::not_found) continue;
            if (!committed) return std::unexpected(committed.error());
            FC_TRY_VOID(positions.check(admin, stage, *committed));
            positions.by_stage_.emplace(stage.name, *std::move(committed));
        }
        return positions;
    }

    [[nodiscard]] const std::vector<eventlog::Position>& of(const std::string& stage) const {
        static const std::vector<eventlog::Position> none;
        const auto found = by_stage_.find(stage);
        return found == by_stage_.end() ? none : found->second;
    }

    [[nodiscard]] Finding finding() const {
        if (wrong_.count == 0) {
            return {
                "positions",
                State::good,
                std::to_string(seen_) + " positions lie in their topics",
                ""
            };
        }
        return {
            "positions",
            State::bad,
            std::to_string(wrong_.count) + " positions lie behind the end of their topic; " +
                wrong_.first,
            "the log was replaced under the groups; set them: flightcast topics seek"
        };
    }

  private:
    // A position before the first record that is kept is none of them: retention went on.
    Result<void> check(
        eventlog::Admin& admin,
        const pipeline::StageSpec& stage,
        const std::vector<eventlog::Position>& committed
    ) {
        FC_TRY(const auto ends, eventlog::ends_of(admin, stage.topics));
        for (const eventlog::Position& position : committed) {
            ++seen_;
            const auto end = eventlog::find_position(ends, position.at);
            if (end && position.next <= *end) continue;
            wrong_.add(
                stage.name + ": " + std::to_string(position.next.value()) + " in partition " +
                std::to_string(position.at.partition.value()) + " of " + position.at.topic
            );
        }
        return {};
    }

    std::map<std::string, std::vector<eventlog::Position>> by_stage_;
    std::size_t seen_ = 0;
    Missing wrong_;
};

std::optional<Uuid> key_of(const Record& record) {
    return record.key ? Uuid::parse(*record.key) : std::nullopt;
}

Result<void> read_topic(
    topics::TopicsSource& source, const std::string& topic, const topics::TakeRecord& take
) {
    return topics::read_to_end(source, topic, eventlog::FromBeginning{}, take);
}

Result<void> read_requests(
    topics::TopicsSource& source,
    const options::ServeOptions& options,
    const Positions& positions,
    Facts& facts
) {
    const auto& scored = positions.of("scorer");
    return read_topic(source, options.request_topic, [&](const Record& record) -> Result<void> {
        ++facts.records[options.request_topic];
        if (!is_before(scored, record)) return {};
        if (const auto id = key_of(record)) {
            facts.requests.insert(*id);
        } else {
            facts.without_id.add(std::to_string(record.offset.value()));
        }
        return {};
    });
}

Result<void> read_outcomes(
    topics::TopicsSource& source,
    const options::ServeOptions& options,
    const Positions& positions,
    Facts& facts
) {
    const flight::TopicSet names = options.topics();
    const auto& archived = positions.of("archiver");
    for (const std::string& topic : names.outcomes()) {
        FC_TRY_VOID(read_topic(source, topic, [&](const Record& record) -> Result<void> {
            ++facts.records[topic];
            const auto outcome = flight::outcome_of_record(names.kind_of(topic), record.value);
            if (!outcome) return {};
            facts.outcomes.insert(outcome->id);
            if (is_before(archived, record)) facts.to_be_stored.insert(outcome->id);
            return {};
        }));
    }
    return {};
}

// Topics that only have to be readable.
Result<void> read_others(
    topics::TopicsSource& source, const options::ServeOptions& options, Facts& facts
) {
    FC_TRY(const std::vector<std::string> there, source.log().admin().topics());
    for (const std::string& topic : options.topics().all()) {
        if (facts.records.contains(topic) || std::ranges::find(there, topic) == there.end())
            continue;
        FC_TRY_VOID(read_topic(source, topic, [&](const Record&) -> Result<void> {
            ++facts.records[topic];
            return {};
        }));
    }
    return {};
}

// The ids of the store; nothing where there is no store to read.
Result<std::optional<Ids>> stored_ids(const Patient& patient) {
    Ids ids;
    const auto take = [&ids](std::string_view json) -> Result<void> {
        const auto outcome = flight::outcome_of_record(OutcomeKind::prediction, std::string(json));
        if (outcome) ids.insert(outcome->id);
        return {};
    };
    for (const OutcomeKind kind : flight::kKindsByPrecedence) {
        if (patient.options.mongo.empty()) {
            std::error_code unknown;
            if (!std::filesystem::exists(database_of(patient), unknown)) return std::nullopt;
            FC_TRY_VOID(store::sqlite::read_outcomes(database_of(patient), kind, take));
            continue;
        }
        FC_TRY(const auto mongo, serve::mongo_options(patient.options, flight::TimeZone()));
        FC_TRY_VOID(store::mongo::read_outcomes(mongo, kind, take));
    }
    return ids;
}

Finding records_finding(const Facts& facts) {
    std::size_t records = 0;
    for (const auto& [topic, count] : facts.records) records += count;
    return {
        "records",
        State::good,
        std::to_string(records) + " of " + std::to_string(facts.records.size()) +
            " topics are readable",
        ""
    };
}

Missing missing_in(const Ids& wanted, const Ids& first, const Ids* second) {
    Missing missing;
    for (const Uuid& id : wanted) {
        if (first.contains(id) || (second != nullptr && second->contains(id))) continue;
        missing.add(id.redacted());
    }
    return missing;
}

// An outcome that retention took from its topic may still be in the store.
Finding outcomes_finding(const Facts& facts, const std::optional<Ids>& stored) {
    const Missing missing = missing_in(facts.requests, facts.outcomes, stored ? &*stored : nullptr);
    const std::string scored = std::to_string(facts.requests.size()) + " requests were scored";
    if (missing.count == 0) {
        return {"outcomes", State::good, scored + ", and each has its outcome", ""};
    }
    return {
        "outcomes",
        State::bad,
        scored + ", and " + std::to_string(missing.count) + " have no outcome, such as " +
            missing.first,
        "score them again: flightcast topics seek --group scorer --to unanswered"
    };
}

Finding store_finding(const Patient& patient, const Facts& facts, const Ids& stored) {
    const Missing missing = missing_in(facts.to_be_stored, stored, nullptr);
    std::size_t beyond = 0;
    for (const Uuid& id : stored) beyond += facts.outcomes.contains(id) ? 0 : 1;
    const std::string text = std::to_string(stored.size()) + " requests have outcomes in the store";
    const bool trims = patient.options.store_retention != std::chrono::milliseconds::zero();
    if (missing.count == 0 || trims) {
        return {
            "stored outcomes",
            State::good,
            text + "; the topics keep those of all but " + std::to_string(beyond),
            ""
        };
    }
    return {
        "stored outcomes",
        State::bad,
        text + ", and " + std::to_string(missing.count) +
            " that were archived are missing, such as " + missing.first,
        "copy them again: flightcast topics seek --group archiver --to beginning"
    };
}

Result<std::vector<Finding>> examine_log(const Patient& patient) {
    FC_TRY(const auto source, topics::TopicsSource::open(patient.options, patient.clock));
    FC_TRY(const Positions positions, Positions::read(source->log().admin(), patient.options));
    Facts facts;
    FC_TRY_VOID(read_requests(*source, patient.options, positions, facts));
    FC_TRY_VOID(read_outcomes(*source, patient.options, positions, facts));
    FC_TRY_VOID(read_others(*source, patient.options, facts));
    std::vector<Finding> findings = {records_finding(facts), positions.finding()};
    if (facts.without_id.count > 0) {
        findings.push_back(
            {"keys",
             State::warning,
             std::to_string(facts.without_id.count) +
                 " requests have a key that is not a UUID, the first at offset " +
                 facts.without_id.first,
             "nobody can ask for their outcome; another program wrote them"}
        );
    }
    FC_TRY(const std::optional<Ids> stored, stored_ids(patient));
    findings.push_back(outcomes_finding(facts, stored));
    if (stored) findings.push_back(store_finding(patient, facts, *stored));
    return findings;
}

}  // namespace

std::vector<Finding> examine_deeply(const Patient& patient) {
    std::vector<Finding> findings = check_database(patient);
    auto of_log = examine_log(patient);
    if (!of_log) {
        findings.push_back(
            bad("records", of_log.error(), "the usual checks say more about the log")
        );
        return findings;
    }
    std::ranges::move(*of_log, std::back_inserter(findings));
    return findings;
}

}  // namespace flightcast::app::doctor
