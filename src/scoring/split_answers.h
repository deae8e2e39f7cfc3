// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "flight/prediction.h"
#include "flight/request.h"
#include "scoring/model.h"

namespace flightcast::scoring {

// The answers of a batch, and the model that gave each; it lives as long as the model asked.
struct SplitAnswers {
    std::vector<flight::Answer> answers;
    std::vector<const Model*> by;
};

// Has `model`, or the arms of its experiment, answer each request, in their order. `variants` are
// the headers that the requests carry (flight/topics/variant.h), empty for one without: then, and
// when its experiment is over, the arm is that of the same hash. Where a model throws or gives no
// probabilities, its fallback answers, that of an arm is the champion: so nothing that a broken
// model says reaches a client.
[[nodiscard]] SplitAnswers answers_of(
    const Model& model,
    std::span<const flight::Request> requests,
    std::span<const std::string> variants
);

}  // namespace flightcast::scoring
