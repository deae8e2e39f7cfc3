// SPDX-License-Identifier: Apache-2.0
//
// What clients get, and whether it is theirs.
#include <boost/json.hpp>
#include <utility>

#include "telling.h"
#include "world.h"

namespace flightcast::simulation {

namespace json = boost::json;
using base::Uuid;
using flight::OutcomeKind;

namespace {

// As all records are compared: written the same way.
std::string canonical(const json::value& value) {
    return json::serialize(value);
}

unsigned status_of(const std::string& answer) {
    return static_cast<unsigned>(std::stoul(answer.substr(answer.find(' ') + 1, 3)));
}

json::object body_of(const std::string& answer) {
    boost::system::error_code error;
    json::value body = json::parse(answer.substr(answer.find("\r\n\r\n") + 4), error);
    return !error && body.is_object() ? body.as_object() : json::object{};
}

std::optional<Uuid> id_in(const json::object& object, std::string_view name) {
    const json::value* const id = object.if_contains(name);
    return id != nullptr && id->is_string() ? Uuid::parse(std::string_view(id->as_string()))
                                            : std::nullopt;
}

// The outcome in an answer of the API; nothing while it is pending.
std::optional<Sight> outcome_in(const json::object& body) {
    const auto id = id_in(body, "id");
    if (!id) return std::nullopt;
    if (const json::value* const prediction = body.if_contains("prediction")) {
        return Sight{*id, OutcomeKind::prediction, canonical(*prediction)};
    }
    if (const json::value* const failure = body.if_contains("failure")) {
        return Sight{
            *id, OutcomeKind::failure, std::string(failure->as_object().at("reason").as_string())
        };
    }
    return std::nullopt;
}

}  // namespace

void World::pump() {
    const base::SteadyTime now = site_.clock.steady_now();
    for (Client& client : clients_) {
        if (can_reach(*client.tab)) client.tab->pump(now);
    }
    for (std::size_t i = 0; i < asks_.size();) {
        const std::string answer = asks_[i].wire->take();
        if (answer.empty()) {
            ++i;
            continue;
        }
        Ask ask = std::move(asks_[i]);
        asks_.erase(asks_.begin() + static_cast<std::ptrdiff_t>(i));
        take_answer(ask, answer);
    }
}

void World::take_answer(Ask& ask, const std::string& answer) {
    if (ask.what == What::submission) return take_submission(ask, answer);
    take_outcome(ask, answer);
}

void World::take_submission(Ask& ask, const std::string& answer) {
    const unsigned status = status_of(answer);
    Flight& flight = book_.flights()[ask.flight];
    tell([&] {
        return "client " + std::to_string(ask.client + 1) + " is answered " +
               std::to_string(status) + " for flight " + std::to_string(flight.number);
    });
    note("= answered " + std::to_string(status));
    if (status != 200 && status != 202) {
        if (status != 503) book_.fault("a submission was answered " + answer);
        return;
    }
    const json::object body = body_of(answer);
    const auto id = id_in(body, "id");
    if (!id) return book_.fault("a submission was answered OK without an id: " + answer);
    book_.accept(flight, *id);
    if (const auto outcome = outcome_in(body)) {
        book_.see(*outcome);
        return;
    }
    clients_[ask.client].wanted.insert(*id);
}

void World::take_outcome(const Ask& ask, const std::string& answer) {
    if (status_of(answer) != 200) {
        return book_.fault("was asked for and answered " + answer, ask.id);
    }
    const json::object body = body_of(answer);
    if (ask.what == What::original) {
        const json::value* const prediction = body.if_contains("prediction");
        if (prediction == nullptr || !prediction->is_object()) return;
        const auto& shown = prediction->as_object();
        const Flight* const flight = book_.flight_of(ask.id);
        const bool is_own =
            id_in(shown, "UUID") == ask.id && flight != nullptr &&
            shown.at("DepDelay").to_number<double>() == static_cast<double>(flight->number);
        if (!is_own) book_.fault("is shown as another: " + answer, ask.id);
        return note("= shown to a polling client");
    }
    const auto outcome = outcome_in(body);
    if (outcome && outcome->id != ask.id) book_.fault("is shown as another: " + answer, ask.id);
    if (ask.is_final) return book_.check_shown(ask.id, outcome);
    if (outcome) book_.see(*outcome);
}

void World::take_event(Client& client, std::string_view name, std::string_view payload) {
    boost::system::error_code error;
    const json::value parsed = json::parse(payload, error);
    if (error || !parsed.is_object()) {
        return book_.fault("an event without an object: " + std::string(payload));
    }
    const json::object& object = parsed.as_object();
    if (name == "prediction_ready") {
        const auto id = id_in(object, "UUID");
        if (!id) return book_.fault("a prediction without an id: " + std::string(payload));
        return deliver(client, {*id, OutcomeKind::prediction, canonical(parsed)});
    }
    if (name != "prediction_failed") return;
    const auto id = id_in(object, "request_id");
    if (!id) return book_.fault("a failure without an id: " + std::string(payload));
    if (object.at("final").as_bool()) {
        const std::string reason(object.at("reason").as_string());
        return deliver(client, {*id, OutcomeKind::failure, reason});
    }
    note("= a wait timed out");
    ++client.joins[*id].ended;
}

void World::deliver(Client& client, const Sight& sight) {
    tell([&] {
        const Flight* const flight = book_.flight_of(sight.id);
        return "client " + std::to_string(client.number) + " gets the " +
               (sight.kind == OutcomeKind::prediction ? "prediction" : "failure") + " of flight " +
               (flight == nullptr ? sight.id.to_string() : std::to_string(flight->number));
    });
    ++delivered_;
    note(client.tab->is_polling() ? "= delivered by polling" : "= delivered by websocket");
    book_.see(sight);
    const auto joins = client.joins.find(sight.id);
    if (joins == client.joins.end()) {
        return book_.fault(
            "was delivered to client " + std::to_string(client.number) + ", which did not join it",
            sight.id
        );
    }
    if (++joins->second.delivered > joins->second.sent) {
        book_.fault("was delivered more often than it was joined", sight.id);
    }
    client.wanted.erase(sight.id);
}

// The gateway closed the connection.
void World::lost(Client& client) {
    tell([&] { return "client " + std::to_string(client.number) + " loses its connection"; });
    note("= a gateway closed a connection");
    client.joins.clear();
}

}  // namespace flightcast::simulation
