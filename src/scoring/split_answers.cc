// SPDX-License-Identifier: Apache-2.0
#include "scoring/split_answers.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "base/check.h"
#include "flight/topics/variant.h"
#include "scoring/answer_fault.h"

namespace flightcast::scoring {
namespace {

// The model that a request's header names, if it takes part in the experiment; else that of the
// hash.
const Model* chosen(const Model& model, const flight::Request& request, std::string_view variant) {
    const Split& split = *model.split;
    const std::size_t slash = variant.find('/');
    if (slash != std::string_view::npos && variant.substr(0, slash) == split.experiment) {
        const std::string_view id = variant.substr(slash + 1);
        if (id == flight::kChampionVariant) return &model;
        const auto found = std::ranges::find_if(split.models, [id](const auto& one) {
            return one != nullptr && one->id == id;
        });
        if (found != split.models.end()) return found->get();
    }
    const auto arm = flight::arm_of(split.experiment, split.weights, request.id);
    const bool is_there = arm && split.models[*arm] != nullptr;
    return is_there ? split.models[*arm].get() : &model;
}

struct Given {
    std::vector<flight::Answer> answers;
    const Model* by;
};

// The answers of a model, or of the one that stands in for it.
Given given_by(
    const Model& model, const Model* fallback, std::span<const flight::Request> requests
) {
    if (fallback == nullptr) {
        Given given{.answers = model.answer(requests), .by = &model};
        FC_CHECK(given.answers.size() == requests.size());
        return given;
    }
    auto answers = checked_answers(model, requests);
    if (answers) return {.answers = *std::move(answers), .by = &model};
    if (model.on_fault) model.on_fault(answers.error().detail);
    return given_by(*fallback, fallback->fallback.get(), requests);
}

// The answers of one model to the requests at these places.
void answer_at(
    const Model& model,
    const Model* fallback,
    std::span<const flight::Request> requests,
    const std::vector<std::size_t>& places,
    SplitAnswers& into
) {
    if (places.empty()) return;
    std::vector<flight::Request> own;
    own.reserve(places.size());
    for (const std::size_t place : places) own.push_back(requests[place]);
    Given given = given_by(model, fallback, own);
    for (std::size_t i = 0; i < places.size(); ++i) {
        into.answers[places[i]] = std::move(given.answers[i]);
        into.by[places[i]] = given.by;
    }
}

}  // namespace

SplitAnswers answers_of(
    const Model& model,
    std::span<const flight::Request> requests,
    std::span<const std::string> variants
) {
    SplitAnswers result{.answers = {}, .by = std::vector<const Model*>(requests.size(), &model)};
    if (model.split == nullptr) {
        Given given = given_by(model, model.fallback.get(), requests);
        result.answers = std::move(given.answers);
        result.by.assign(requests.size(), given.by);
        return result;
    }
    FC_CHECK(variants.size() == requests.size());
    result.answers.resize(requests.size());
    std::vector<std::size_t> champions;
    std::vector<std::vector<std::size_t>> arms(model.split->models.size());
    for (std::size_t i = 0; i < requests.size(); ++i) {
        result.by[i] = chosen(model, requests[i], variants[i]);
        const auto arm = std::ranges::find_if(model.split->models, [&](const auto& one) {
            return one.get() == result.by[i];
        });
        const auto place = static_cast<std::size_t>(arm - model.split->models.begin());
        (place == arms.size() ? champions : arms[place]).push_back(i);
    }
    answer_at(model, model.fallback.get(), requests, champions, result);
    for (std::size_t arm = 0; arm < arms.size(); ++arm) {
        if (arms[arm].empty()) continue;
        answer_at(*model.split->models[arm], &model, requests, arms[arm], result);
    }
    return result;
}

}  // namespace flightcast::scoring
