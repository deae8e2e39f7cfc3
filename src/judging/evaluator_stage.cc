// SPDX-License-Identifier: Apache-2.0
#include "judging/evaluator_stage.h"

#include <chrono>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

#include "arrival/arrival_json.h"
#include "scoring/dead_letter.h"

namespace flightcast::judging {

using eventlog::NewRecord;
using eventlog::Record;

namespace {

constexpr std::chrono::milliseconds kPace{20};
constexpr auto kWindowSlack = std::chrono::hours(24);

// The evaluator of one process, and what it tells.
struct ActiveEvaluator {
    Evaluator evaluator;
    flight::TopicSet topics;
    EvaluatorParts parts;

    void tell() const {
        if (parts.on_counts) parts.on_counts(evaluator.counts());
    }

    std::vector<NewRecord> take_due(std::size_t records_max) {
        std::vector<NewRecord> records = evaluator.take_due(records_max);
        if (!records.empty()) tell();
        return records;
    }

    [[nodiscard]] NewRecord letter_of(const Record& record, const std::string& fault) const {
        const flight::Failure failure{
            .id = {},
            .reason = "bad_arrival",
            .message = "The report is not valid: " + fault,
            .stage = "evaluator",
            .topic = record.at.topic,
            .partition = record.at.partition.value(),
            .offset = record.offset.value(),
            .failed_at = parts.clock.wall_now(),
            .value = record.value.value_or("")
        };
        return scoring::dead_letter(
            failure,
            topics.dead_letter,
            record.at.topic + "/" + std::to_string(record.at.partition.value()) + "/" +
                std::to_string(record.offset.value()),
            {{"content-type", "application/json"}, {"schema", "1"}}
        );
    }

    // The reports themselves come by the feed; here invalid ones are set aside.
    std::vector<NewRecord> work(const std::vector<Record>& records) {
        std::vector<NewRecord> outputs;
        for (const Record& record : records) {
            const auto read = arrival::decode_arrival(
                record.value.value_or(""), {.now = record.appended, .refuses_unknown = false}
            );
            if (!read) outputs.push_back(letter_of(record, arrival::text_of(read.error())));
        }
        std::vector<NewRecord> due = take_due(base::limits::kPollRecordsMax);
        std::ranges::move(due, std::back_inserter(outputs));
        return outputs;
    }
};

}  // namespace

pipeline::StageSpec evaluator_stage(
    const flight::TopicSet& topics, std::string group, EvaluatorOrReason parts
) {
    pipeline::StageSpec spec{
        .name = "evaluator",
        .verb = "judge",
        .group = std::move(group),
        .topics = {topics.arrival},
        .writes = {topics.evaluation, topics.dead_letter},
        .off = parts ? std::string() : parts.error(),
        .pace = kPace,
        .placement = pipeline::Placement::own,
        .needed = pipeline::Needed::no
    };
    if (!parts) return spec;
    parts->options.topics = topics;
    const auto horizon = std::chrono::ceil<std::chrono::milliseconds>(parts->options.horizon);
    spec.follows = eventlog::ReplayOptions{
        .topics = {topics.response, topics.arrival, topics.evaluation},
        .behind_group = {},
        .window = horizon + kWindowSlack
    };
    spec.follows_on_duty = true;
    const auto active = std::make_shared<ActiveEvaluator>(
        ActiveEvaluator{.evaluator = Evaluator(parts->options), .topics = topics, .parts = *parts}
    );
    spec.consume = [active](const std::vector<Record>& records) -> base::Result<void> {
        active->evaluator.consume(records);
        active->tell();
        return {};
    };
    spec.work = [active](
                    const std::vector<Record>& records
                ) -> base::Result<std::vector<NewRecord>> { return active->work(records); };
    spec.options.take_more = [active](std::size_t records_max) {
        return active->take_due(records_max);
    };
    spec.options.has_more = [active] { return active->evaluator.has_due(); };
    spec.options.start_over = [active] { active->evaluator.start_over(); };
    spec.set_aside = [](const NewRecord& refused, const base::Error&) {
        return scoring::without_text(refused);
    };
    return spec;
}

}  // namespace flightcast::judging
