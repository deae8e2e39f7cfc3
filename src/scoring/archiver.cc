// SPDX-License-Identifier: Apache-2.0
#include "scoring/archiver.h"

#include <optional>
#include <utility>

#include "flight/outcome.h"

namespace flightcast::scoring {

using eventlog::NewRecord;
using eventlog::Record;
using flight::OutcomeKind;

Archiver::Archiver(store::OutcomeStore& store, std::string response_topic)
    : store_(store), response_topic_(std::move(response_topic)) {}

base::Result<std::vector<NewRecord>> Archiver::process(const std::vector<Record>& records) {
    std::vector<flight::Outcome> outcomes;
    outcomes.reserve(records.size());
    for (const Record& record : records) {
        const OutcomeKind kind =
            record.at.topic == response_topic_ ? OutcomeKind::prediction : OutcomeKind::failure;
        std::optional<flight::Outcome> outcome = flight::outcome_of_record(kind, record.value);
        if (outcome) outcomes.push_back(*std::move(outcome));
    }
    FC_TRY_VOID(store_.put(outcomes));
    return std::vector<NewRecord>{};
}

}  // namespace flightcast::scoring
