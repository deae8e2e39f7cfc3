// SPDX-License-Identifier: Apache-2.0
#include "scoring/scorer.h"

#include <cstddef>
#include <expected>
#include <string_view>
#include <utility>

#include "base/planted_bug.h"
#include "features/online/request_values.h"
#include "flight/predicted_class.h"
#include "flight/topics/variant.h"
#include "scoring/dead_letter.h"
#include "scoring/split_answers.h"

namespace flightcast::scoring {
namespace {

using eventlog::Header;
using eventlog::NewRecord;
using eventlog::Record;

// Headers of an outcome: what it is, and the trace that its request belongs to.
std::vector<Header> headers_of(const Record& record) {
    std::vector<Header> headers = {{"content-type", "application/json"}, {"schema", "1"}};
    for (const Header& header : record.headers) {
        if (header.name == "traceparent") headers.push_back(header);
    }
    return headers;
}

// The header that names who is to answer; empty without one.
std::string variant_of(const Record& record) {
    for (const Header& header : record.headers) {
        if (header.name == flight::kVariantHeader) return header.value;
    }
    return {};
}

std::string_view value_of(const Record& record) {
    return record.value ? std::string_view(*record.value) : std::string_view();
}

flight::Prediction prediction_of(flight::Request request, flight::Answer answer) {
    flight::Prediction prediction;
    prediction.route = flight::route_of(request);
    prediction.request = std::move(request);
    prediction.predicted = static_cast<double>(flight::predicted_class(answer.probabilities));
    prediction.probabilities = answer.probabilities;
    prediction.contributions = std::move(answer.contributions);
    return prediction;
}

}  // namespace

Scorer::Scorer(
    CurrentModel model,
    const base::Clock& clock,
    ScorerOptions options,
    OnOutcome on_outcome,
    OnFailure on_failure
)
    : model_(std::move(model)),
      clock_(clock),
      options_(std::move(options)),
      on_outcome_(std::move(on_outcome)),
      on_failure_(std::move(on_failure)) {}

NewRecord Scorer::response(flight::Prediction prediction, const Record& record) const {
    prediction.scored_at = clock_.wall_now();
    if (on_outcome_) on_outcome_(static_cast<std::size_t>(prediction.predicted));
    return {
        .topic = options_.topics.response,
        .key = prediction.request.id.to_string(),
        .value = flight::encode_prediction(prediction, options_.fields, options_.zone),
        .headers = headers_of(record)
    };
}

NewRecord Scorer::dead_letter(flight::RequestFault fault, const Record& record) const {
    const flight::Failure failure{
        .id = fault.id,
        .reason = std::move(fault.reason),
        .message = std::move(fault.message),
        .stage = "scorer",
        .topic = record.at.topic,
        .partition = record.at.partition.value(),
        .offset = record.offset.value(),
        .failed_at = clock_.wall_now(),
        .value = std::string(value_of(record))
    };
    if (on_outcome_) on_outcome_(std::nullopt);
    if (on_failure_) on_failure_(failure, record);
    return scoring::dead_letter(
        failure, options_.topics.dead_letter, dead_letter_key(failure, record), headers_of(record)
    );
}

std::optional<NewRecord> Scorer::set_aside(
    const NewRecord& refused, const base::Error& cause
) const {
    if (refused.topic == options_.topics.dead_letter) return without_text(refused);
    const flight::Failure failure{
        .id = refused.key ? base::Uuid::parse(*refused.key) : std::nullopt,
        .reason = kRefused,
        .message = "topic '" + refused.topic + "' refuses the response: " + cause.detail,
        .stage = "scorer",
        .topic = refused.topic,
        .failed_at = clock_.wall_now()
    };
    return scoring::dead_letter(
        failure, options_.topics.dead_letter, refused.key.value_or(refused.topic), refused.headers
    );
}

// What is known when they are answered: by the arrivals that were read, else by the model's own
// state.
void Scorer::add_online_values(const Model& model, std::span<flight::Request> requests) const {
    if (!model.online) return;
    if (options_.live) options_.live->begin_with(model.online);
    for (flight::Request& request : requests) {
        request.online = options_.live
                             ? options_.live->values(request)
                             : features::online::online_values(request, *model.online, {});
    }
}

std::vector<NewRecord> Scorer::process(const std::vector<Record>& records) const {
    std::vector<flight::Request> requests;
    requests.reserve(records.size());
    std::vector<std::string> variants;
    std::vector<std::optional<flight::RequestFault>> faults(records.size());
    for (std::size_t i = 0; i < records.size(); ++i) {
        auto request = flight::decode_request(value_of(records[i]), options_.zone);
        if (request) {
            // The time of a request is the client's, where that is taken, else when it was
            // appended.
            if (!request->requested_at) request->requested_at = records[i].appended;
            requests.push_back(*std::move(request));
            variants.push_back(variant_of(records[i]));
        } else {
            faults[i] = std::move(request).error();
        }
    }
    const std::shared_ptr<const Model> model = model_();
    add_online_values(*model, requests);
    SplitAnswers answers = answers_of(*model, requests, variants);

    std::vector<NewRecord> outputs;
    outputs.reserve(records.size());
    std::size_t next = 0;
    for (std::size_t i = 0; i < records.size(); ++i) {
        if (faults[i]) {
            if (base::is_planted(base::PlantedBug::unreadable_requests_dropped)) continue;
            outputs.push_back(dead_letter(*std::move(faults[i]), records[i]));
            continue;
        }
        flight::Prediction prediction =
            prediction_of(std::move(requests[next]), std::move(answers.answers[next]));
        prediction.model = base::is_planted(base::PlantedBug::model_swapped_in_batch)
                               ? model_()->id
                               : answers.by[next]->id;
        outputs.push_back(response(std::move(prediction), records[i]));
        ++next;
    }
    return outputs;
}

}  // namespace flightcast::scoring
