// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "features/online/fold.h"
#include "flight/prediction.h"
#include "flight/request.h"

namespace flightcast::scoring {

struct Model;

// Models that answer shares of the requests, in place of the one that has this.
struct Split {
    std::string experiment;
    // Null: an arm that answers none any more, or cannot be used here; its share is the champion's.
    std::vector<std::shared_ptr<const Model>> models;
    std::vector<double> weights;  // of `models`, in their order
};

// A scorer of requests. Not tied to a kind of model, so that a simulation can bring its own.
struct Model {
    std::string id;  // "<name>@<version>"

    // One answer for each request, in their order.
    std::function<std::vector<flight::Answer>(std::span<const flight::Request>)> answer;

    std::shared_ptr<const Split> split{};  // null: it answers all requests

    // The model that answers in its place when it throws or gives no probabilities; null: none, so
    // that its answers are taken as they are. Then it is told, each time, with the reason.
    std::shared_ptr<const Model> fallback{};
    std::function<void(const std::string& reason)> on_fault{};

    // The state that its online features go on from; null for a model without such features.
    std::shared_ptr<const features::online::Fold> online{};
};

// The model in use. Asked for once per batch, so that no batch is scored by two models, and who
// replaces the model need not wait.
using CurrentModel = std::function<std::shared_ptr<const Model>()>;

// A model that is never replaced.
[[nodiscard]] inline CurrentModel fixed_model(Model model) {
    return [model = std::make_shared<const Model>(std::move(model))] { return model; };
}

}  // namespace flightcast::scoring
