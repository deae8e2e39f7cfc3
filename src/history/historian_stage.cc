// SPDX-License-Identifier: Apache-2.0
#include "history/historian_stage.h"

#include <chrono>
#include <utility>
#include <vector>

#include "arrival/arrival_json.h"
#include "base/limits_history.h"
#include "judging/evaluation_json.h"

namespace flightcast::history {

using eventlog::NewRecord;
using eventlog::Record;

namespace {

constexpr std::chrono::milliseconds kHistorianPace{500};

// A report that is not valid is the evaluator's to set aside.
void add_arrival(const Record& record, std::vector<ArrivalRow>& rows) {
    const auto arrival =
        arrival::decode_arrival(*record.value, {.now = record.appended, .refuses_unknown = false});
    if (arrival) rows.push_back(row_of(*arrival, record.appended, *record.value));
}

void add_evaluation(const Record& record, std::vector<EvaluationRow>& rows) {
    EvaluationRow row;
    if (!judging::read_evaluation(*record.value, row.evaluation)) return;
    row.json = *record.value;
    rows.push_back(std::move(row));
}

base::Result<std::vector<NewRecord>> keep(
    HistoryStore& store, const flight::TopicSet& topics, const std::vector<Record>& records
) {
    std::vector<ArrivalRow> arrivals;
    std::vector<EvaluationRow> evaluations;
    for (const Record& record : records) {
        if (!record.value) continue;
        if (record.at.topic == topics.arrival) add_arrival(record, arrivals);
        if (record.at.topic == topics.evaluation) add_evaluation(record, evaluations);
    }
    FC_TRY_VOID(store.put_arrivals(arrivals));
    FC_TRY_VOID(store.put_evaluations(evaluations));
    return std::vector<NewRecord>{};
}

}  // namespace

pipeline::StageSpec historian_stage(
    const flight::TopicSet& topics, std::string group, HistorianOrReason parts
) {
    using pipeline::Placement;
    pipeline::StageSpec spec{
        .name = "historian",
        .verb = "keep",
        .group = std::move(group),
        .topics = {topics.arrival, topics.evaluation},
        .writes = {"store"},
        .off = parts ? std::string() : parts.error(),
        .pace = kHistorianPace,
        .needed = pipeline::Needed::no,
        .at_end = pipeline::AtEnd::read_out
    };
    if (!parts) return spec;
    spec.details = {{"store", parts->place}};
    spec.placement = parts->store.is_distant() ? Placement::own : Placement::with_log;
    spec.options.batch_max = base::limits::kHistoryBatchMax;
    spec.options.hurries = true;
    spec.work = [&store = parts->store, topics](const std::vector<Record>& records) {
        return keep(store, topics, records);
    };
    return spec;
}

}  // namespace flightcast::history
