// SPDX-License-Identifier: Apache-2.0
#include "scoring/archiver.h"

#include <optional>
#include <utility>

#include "base/planted_bug.h"
#include "flight/outcome.h"
#include "scoring/dead_letter.h"

namespace flightcast::scoring {

using eventlog::NewRecord;
using eventlog::Record;
using flight::OutcomeKind;

Archiver::Archiver(
    store::OutcomeStore& store,
    flight::TopicSet topics,
    const base::Clock& clock,
    OnRefused on_refused
)
    : store_(store),
      topics_(std::move(topics)),
      clock_(clock),
      on_refused_(std::move(on_refused)) {}

NewRecord Archiver::letter_of(
    const flight::Outcome& outcome, const std::string& reason, const Record& record
) const {
    const flight::Failure failure{
        .id = outcome.id,
        .reason = kRefused,
        .message = "the store refuses the prediction: " + reason,
        .stage = "archiver",
        .topic = record.at.topic,
        .partition = record.at.partition.value(),
        .offset = record.offset.value(),
        .failed_at = clock_.wall_now(),
        .value = outcome.json
    };
    return dead_letter(
        failure,
        topics_.dead_letter,
        outcome.id.to_string(),
        {{"content-type", "application/json"}, {"schema", "1"}}
    );
}

base::Result<std::vector<NewRecord>> Archiver::process(const std::vector<Record>& records) {
    std::vector<flight::Outcome> outcomes;
    std::vector<const Record*> sources;  // of the outcomes
    outcomes.reserve(records.size());
    for (const Record& record : records) {
        std::optional<flight::Outcome> outcome =
            flight::outcome_of_record(topics_.kind_of(record.at.topic), record.value);
        if (!outcome) continue;
        if (outcome->kind == OutcomeKind::failure &&
            base::is_planted(base::PlantedBug::archiver_skips_failures)) {
            continue;
        }
        outcomes.push_back(*std::move(outcome));
        sources.push_back(&record);
    }
    const auto refusals = store_.put(outcomes);
    if (base::is_planted(base::PlantedBug::archive_errors_ignored) && !refusals) return {};
    if (!refusals) return std::unexpected(refusals.error());
    std::vector<NewRecord> letters;
    for (const auto& [index, reason] : *refusals) {
        const flight::Outcome& outcome = outcomes[index];
        if (on_refused_) on_refused_(outcome, reason);
        if (outcome.kind != OutcomeKind::prediction) continue;
        letters.push_back(letter_of(outcome, reason, *sources[index]));
    }
    return letters;
}

}  // namespace flightcast::scoring
