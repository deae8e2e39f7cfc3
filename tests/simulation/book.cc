// SPDX-License-Identifier: Apache-2.0
#include "book.h"

#include <boost/json.hpp>
#include <cmath>
#include <utility>

#include "base/check.h"

namespace flightcast::simulation {

namespace json = boost::json;
using base::Uuid;
using flight::OutcomeKind;

namespace {

constexpr double kModelNumbers = 1'024;

// Whether the answer is wholly of the model that it names.
bool is_of_one_model(const json::object& prediction) {
    const json::value* const model = prediction.if_contains("Model");
    const json::value* const shares = prediction.if_contains("Probabilities");
    if (model == nullptr || shares == nullptr) return true;  // Of another program.
    const std::string_view name = model->as_string();
    const double number = std::stod(std::string(name.substr(name.find('@') + 1)));
    return std::abs(shares->as_array().at(0).to_number<double>() * kModelNumbers - number) < 0.01;
}

}  // namespace

Flight& Book::add_flight(std::size_t client, std::string key) {
    flights_.push_back({.number = flights_.size() + 1, .client = client, .key = std::move(key)});
    return flights_.back();
}

const Flight* Book::flight_of(const Uuid& id) const {
    const auto known = by_id_.find(id);
    return known == by_id_.end() ? nullptr : &flights_[known->second];
}

std::string Book::name_of(const Uuid& id) const {
    const Flight* const flight = flight_of(id);
    return flight == nullptr ? id.to_string() : "flight " + std::to_string(flight->number);
}

void Book::fault(const std::string& what, const Uuid& id) {
    faults_.push_back(name_of(id) + " " + what);
}

void Book::accept(Flight& flight, const Uuid& id) {
    if (flight.id && *flight.id != id) {
        fault("got another id when it was submitted again under its key", *flight.id);
    }
    const auto [known, is_new] = by_id_.try_emplace(id, flight.number - 1);
    if (!is_new && known->second != flight.number - 1) {
        return fault("has its id in common with flight " + std::to_string(flight.number), id);
    }
    flight.id = id;
    if (!flight.is_accepted) accepted_.push_back(id);
    flight.is_accepted = true;
}

void Book::add_unscorable(const Uuid& id) {
    Flight& flight = add_flight(0, "");
    flight.is_scorable = false;
    accept(flight, id);
}

void Book::check_content(const Sight& sight) {
    const Flight* const flight = flight_of(sight.id);
    if (flight == nullptr) return fault("was never accepted and has an outcome", sight.id);
    if (sight.kind == OutcomeKind::failure) {
        if (flight->is_scorable && !flight->has_rival_failure) {
            fault("has a failure and can be scored: " + sight.json, sight.id);
        }
        return;
    }
    if (!flight->is_scorable) return fault("cannot be scored and has a prediction", sight.id);
    const json::object prediction = json::parse(sight.json).as_object();
    const json::value* const delay = prediction.if_contains("DepDelay");
    const bool is_own =
        delay != nullptr && delay->to_number<double>() == static_cast<double>(flight->number);
    if (!is_own) fault("has the outcome of another flight: " + sight.json, sight.id);
    if (!is_of_one_model(prediction)) fault("mixes two models: " + sight.json, sight.id);
}

void Book::see(const Sight& sight) {
    check_content(sight);
    if (sight.kind == OutcomeKind::prediction) predictions_seen_[sight.id].insert(sight.json);
}

void Book::check_stored(const Uuid& id, const std::optional<Sight>& stored) {
    if (!stored) return fault("was accepted and is lost", id);
    check_content(*stored);
    const Flight* const flight = flight_of(id);
    FC_CHECK(flight != nullptr);
    if (flight->is_scorable && stored->kind == OutcomeKind::failure) {
        return fault("has a prediction, and the store shows a failure", id);
    }
    stored_[id] = stored->json;
    if (may_differ(*flight) || stored->kind == OutcomeKind::failure) return;
    for (const std::string& seen : predictions_seen_[id]) {
        if (seen == stored->json) continue;
        fault("was seen with another outcome than is stored: " + seen + ", " + stored->json, id);
    }
}

void Book::check_shown(const Uuid& id, const std::optional<Sight>& shown) {
    if (!shown) return fault("has an outcome that a gateway does not show", id);
    check_content(*shown);
    const auto stored = stored_.find(id);
    const Flight* const flight = flight_of(id);
    if (flight == nullptr || may_differ(*flight) || stored == stored_.end() ||
        stored->second == shown->json)
        return;
    fault(
        "is shown with another outcome than is stored: " + shown->json + ", " + stored->second, id
    );
}

}  // namespace flightcast::simulation
