// SPDX-License-Identifier: Apache-2.0
#include "scoring/archiver.h"

#include <optional>
#include <utility>

#include "flight/outcome.h"

namespace flightcast::scoring {

using eventlog::NewRecord;
using eventlog::Record;

Archiver::Archiver(store::OutcomeStore& store, flight::TopicSet topics)
    : store_(store), topics_(std::move(topics)) {}

base::Result<std::vector<NewRecord>> Archiver::process(const std::vector<Record>& records) {
    std::vector<flight::Outcome> outcomes;
    outcomes.reserve(records.size());
    for (const Record& record : records) {
        std::optional<flight::Outcome> outcome =
            flight::outcome_of_record(topics_.kind_of(record.at.topic), record.value);
        if (outcome) outcomes.push_back(*std::move(outcome));
    }
    FC_TRY_VOID(store_.put(outcomes));
    return std::vector<NewRecord>{};
}

}  // namespace flightcast::scoring
