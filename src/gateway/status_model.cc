// SPDX-License-Identifier: Apache-2.0
#include "gateway/status_model.h"

#include <boost/json.hpp>

namespace flightcast::gateway {

namespace json = boost::json;

namespace {

json::value text_or_null(const std::optional<std::string>& text) {
    return text && !text->empty() ? json::value(*text) : json::value(nullptr);
}

// The model that answers: the registry's, or of a process without registry the one of its card.
json::value in_use(const api::ModelDesk& desk, const std::function<std::string()>& card) {
    if (std::string model = desk.in_use(); !model.empty()) return json::value(model);
    if (!card) return nullptr;
    boost::system::error_code error;
    const json::value parsed = json::parse(card(), error);
    const json::object* const object = parsed.if_object();
    const json::value* const model = object == nullptr ? nullptr : object->if_contains("model");
    return model == nullptr ? json::value(nullptr) : *model;
}

// The decider's pairs without the course of their bounds, which is long.
json::value experiment_of(const api::ModelDesk& desk) {
    boost::system::error_code error;
    json::value status = json::parse(desk.status(), error);
    if (error || !status.is_object()) return nullptr;
    json::object& object = status.as_object();
    if (json::value* const pairs = object.if_contains("pairs"); pairs && pairs->is_array()) {
        for (json::value& pair : pairs->as_array()) {
            if (pair.is_object()) pair.as_object().erase("sequence");
        }
    }
    return status;
}

}  // namespace

std::string model_status(const api::ModelDesk& desk, const std::function<std::string()>& card) {
    json::object model{{"in_use", in_use(desk, card)}, {"pinned", text_or_null(desk.pinned())}};
    const auto registry = desk.registry();
    model["champion"] =
        registry ? text_or_null((*registry)->model_of(registry::kChampion)) : json::value(nullptr);
    json::array challengers;
    if (registry) {
        for (const std::string& name : (*registry)->challengers()) challengers.emplace_back(name);
    }
    model["challengers"] = std::move(challengers);
    model["experiment"] = experiment_of(desk);
    return json::serialize(model);
}

}  // namespace flightcast::gateway
