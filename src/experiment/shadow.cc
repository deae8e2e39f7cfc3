// SPDX-License-Identifier: Apache-2.0
#include "experiment/shadow.h"

#include <algorithm>
#include <utility>

#include "flight/request_json.h"
#include "scoring/answer_fault.h"

namespace flightcast::experiment {

using base::Errc;
using base::fail;
using base::Result;
using eventlog::NewRecord;
using eventlog::Record;
using scoring::Model;

Shadow::Shadow(
    Challengers challengers, const base::Clock& clock, ShadowOptions options, OnDropped on_dropped
)
    : challengers_(std::move(challengers)),
      clock_(clock),
      options_(std::move(options)),
      on_dropped_(std::move(on_dropped)) {}

Result<std::vector<flight::Answer>> Shadow::ask(
    const Model& model, const std::vector<flight::Request>& requests
) const {
    const base::SteadyTime begin = clock_.steady_now();
    FC_TRY(std::vector<flight::Answer> answers, scoring::checked_answers(model, requests));
    const auto took = clock_.steady_now() - begin;
    if (took <= options_.slow * static_cast<std::int64_t>(requests.size())) return answers;
    return fail(
        Errc::timeout,
        "it took " + std::to_string(took.count()) + " us for " + std::to_string(requests.size()) +
            " requests"
    );
}

std::vector<NewRecord> Shadow::process(const std::vector<Record>& records) {
    const auto challengers = challengers_();
    std::erase_if(dropped_, [&](const std::string& model) {
        return std::ranges::none_of(*challengers, [&](const auto& one) {
            return one->id == model;
        });
    });
    if (challengers->size() == dropped_.size()) return {};
    std::vector<flight::Request> requests;
    for (const Record& record : records) {
        auto request = flight::decode_request(record.value.value_or(""), options_.zone);
        if (request) requests.push_back(*std::move(request));
    }
    if (requests.empty()) return {};
    std::vector<ShadowRecord> outcomes(requests.size());
    for (std::size_t i = 0; i < requests.size(); ++i) outcomes[i].id = requests[i].id;
    for (const auto& model : *challengers) {
        if (dropped_.contains(model->id)) continue;
        const auto answers = ask(*model, requests);
        if (!answers) {
            const DroppedModel dropped{.model = model->id, .reason = answers.error().detail};
            dropped_.insert(model->id);
            outcomes.front().dropped.push_back(dropped);
            if (on_dropped_) on_dropped_(dropped);
            continue;
        }
        for (std::size_t i = 0; i < requests.size(); ++i) {
            outcomes[i].answers.push_back(
                {.model = model->id, .probabilities = (*answers)[i].probabilities}
            );
        }
    }
    std::vector<NewRecord> outputs;
    outputs.reserve(outcomes.size());
    for (const ShadowRecord& outcome : outcomes) {
        if (outcome.answers.empty() && outcome.dropped.empty()) continue;
        outputs.push_back(
            {.topic = options_.topic,
             .key = outcome.id.to_string(),
             .value = encode_shadow(outcome),
             .headers = {{"content-type", "application/json"}, {"schema", "1"}}}
        );
    }
    return outputs;
}

}  // namespace flightcast::experiment
