// SPDX-License-Identifier: Apache-2.0
//
// What clients do.
#include <utility>

#include "telling.h"
#include "world.h"

namespace flightcast::simulation {
namespace {

constexpr const char* kSubmitPath = "/flights/delays/predict/classify_realtime";
constexpr const char* kApiPath = "/api/v1/predictions";

std::string form_of(const Flight& flight) {
    return "DepDelay=" + std::to_string(flight.number) +
           "&Carrier=AA&FlightDate=2016-12-25&Origin=ATL&Dest=SFO";
}

std::string json_of(const Flight& flight) {
    return R"({"DepDelay":)" + std::to_string(flight.number) +
           R"(,"Carrier":"AA","FlightDate":"2016-12-25","Origin":"ATL","Dest":"SFO"})";
}

std::string post_of(const Flight& flight, bool is_json, const std::string& query) {
    const std::string body = is_json ? json_of(flight) : form_of(flight);
    std::string bytes = "POST " + std::string(is_json ? kApiPath : kSubmitPath) + query +
                        " HTTP/1.1\r\nHost: a\r\nContent-Type: ";
    bytes += is_json ? "application/json" : "application/x-www-form-urlencoded";
    if (!flight.key.empty()) bytes += "\r\nIdempotency-Key: " + flight.key;
    return bytes + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string label_of(const Flight* flight) {
    return flight == nullptr ? "an unknown flight" : "flight " + std::to_string(flight->number);
}

}  // namespace

bool World::submit(const Event& event, Flight& flight, bool is_json, const std::string& query) {
    Place* const place = pick(event.second, true);
    if (place == nullptr) return false;
    submit(*place, flight, is_json, query);
    return true;
}

void World::submit(Place& place, Flight& flight, bool is_json, const std::string& query) {
    tell([&] {
        return "client " + std::to_string(flight.client + 1) + " submits " + label_of(&flight) +
               " at " + place.name + (flight.key.empty() ? "" : " under key " + flight.key);
    });
    ++flight.records;
    asks_.push_back(
        {.what = What::submission,
         .client = flight.client,
         .process = place.process.get(),
         .flight = flight.number - 1,
         .wire = std::make_unique<gateway::http::WireClient>(place.process->endpoints().web())}
    );
    asks_.back().wire->send(post_of(flight, is_json, query), site_.clock.steady_now());
    pump();
}

bool World::submit_new(const Event& event, bool is_json, const std::string& query) {
    if (pick(event.second, true) == nullptr) return false;
    const bool has_key = event.second % 3 != 0;
    const std::string key = has_key ? "k" + std::to_string(book_.flights().size() + 1) : "";
    Flight& flight = book_.add_flight(event.first % clients_.size(), key);
    return submit(event, flight, is_json, query);
}

bool World::submit_form(const Event& event) {
    return submit_new(event, false, "");
}

bool World::submit_json(const Event& event) {
    return submit_new(event, true, "");
}

bool World::submit_and_wait(const Event& event) {
    return submit_new(event, true, "?wait=5s");
}

// As a client does that got no answer, or did and is not sure.
bool World::submit_again(const Event& event) {
    std::vector<Flight*> found;
    for (Flight& flight : book_.flights()) {
        if (!flight.key.empty()) found.push_back(&flight);
    }
    if (found.empty()) return false;
    return submit(event, *found[event.first % found.size()], event.second % 2 == 0, "");
}

bool World::reuse_key(const Event& event) {
    std::vector<std::string> keys;
    for (const Flight& flight : book_.flights()) {
        if (!flight.key.empty()) keys.push_back(flight.key);
    }
    if (keys.empty() || pick(event.second, true) == nullptr) return false;
    Flight& flight =
        book_.add_flight(event.first % clients_.size(), keys[event.first % keys.size()]);
    return submit(event, flight, false, "");
}

bool World::leave_submission(const Event& event) {
    for (Ask& ask : asks_) {
        if (ask.what != What::submission || ask.process->is_frozen()) continue;
        if (ask.client != event.first % clients_.size()) continue;
        ask.wire->leave(site_.clock.steady_now());
        tell([&] {
            return "client " + std::to_string(ask.client + 1) + " leaves before the answer";
        });
        std::erase_if(asks_, [&](const Ask& other) { return &other == &ask; });
        return true;
    }
    return false;
}

bool World::can_reach(const Tab& tab) const {
    if (!tab.is_connected()) return false;
    for (const Place& place : places_) {
        if (place.process != nullptr && place.process->gate() == tab.gate()) {
            return !place.process->is_frozen();
        }
    }
    return false;
}

void World::send_join(Client& client, const base::Uuid& id) {
    tell([&] {
        return "client " + std::to_string(client.number) + " joins " +
               label_of(book_.flight_of(id));
    });
    ++client.joins[id].sent;
    client.tab->join(id, site_.clock.steady_now());
    pump();
}

bool World::join(const Event& event) {
    Client& client = client_of(event);
    if (!can_reach(*client.tab)) return false;
    std::vector<base::Uuid> open;
    for (const base::Uuid& id : client.wanted) {
        if (!client.joins.contains(id)) open.push_back(id);
    }
    if (open.empty()) return false;
    send_join(client, open[event.second % open.size()]);
    return true;
}

bool World::join_again(const Event& event) {
    Client& client = client_of(event);
    if (!can_reach(*client.tab) || client.joins.empty()) return false;
    const auto chosen = std::next(
        client.joins.begin(), static_cast<std::ptrdiff_t>(event.second % client.joins.size())
    );
    if (chosen->second.sent == 0) return false;
    send_join(client, base::Uuid(chosen->first));
    return true;
}

// Whose id was passed on to it, or long after.
bool World::join_other(const Event& event) {
    Client& client = client_of(event);
    const std::vector<base::Uuid>& all = book_.accepted();
    if (!can_reach(*client.tab) || all.empty()) return false;
    send_join(client, all[event.second % all.size()]);
    return true;
}

bool World::connect(Client& client, std::uint32_t number, bool by_polling) {
    if (client.tab->is_connected()) return false;
    Place* const place = pick(number, true);
    if (place == nullptr) return false;
    const bool is_taken =
        client.tab->connect(place->process->gate(), by_polling, site_.clock.steady_now());
    tell([&] {
        return "client " + std::to_string(client.number) +
               (is_taken ? " connects to " : " is refused by ") + place->name +
               (by_polling ? " by polling" : " by websocket");
    });
    if (!is_taken) return false;
    // As the page does.
    for (const base::Uuid& id : std::set(client.wanted)) {
        if (client.tab->is_connected()) send_join(client, id);
    }
    pump();
    return true;
}

bool World::connect_websocket(const Event& event) {
    return connect(client_of(event), event.second, false);
}

bool World::connect_polling(const Event& event) {
    return connect(client_of(event), event.second, true);
}

bool World::upgrade(const Event& event) {
    Client& client = client_of(event);
    if (!can_reach(*client.tab) ||
        !client.tab->upgrade(site_.clock.steady_now(), event.second % 16))
        return false;
    tell([&] { return "client " + std::to_string(client.number) + " upgrades to a websocket"; });
    return true;
}

bool World::disconnect(const Event& event) {
    Client& client = client_of(event);
    if (!can_reach(*client.tab)) return false;
    tell([&] { return "client " + std::to_string(client.number) + " disconnects"; });
    client.tab->disconnect(site_.clock.steady_now());
    client.joins.clear();
    return true;
}

bool World::vanish(const Event& event) {
    Client& client = client_of(event);
    if (!client.tab->is_connected()) return false;
    tell([&] { return "client " + std::to_string(client.number) + " vanishes"; });
    client.tab->vanish();
    client.joins.clear();
    return true;
}

bool World::stop_reading(const Event& event) {
    Client& client = client_of(event);
    if (!client.tab->is_connected() || !client.tab->is_reading()) return false;
    tell([&] { return "client " + std::to_string(client.number) + " stops reading"; });
    client.tab->read(false);
    return true;
}

bool World::read_on(const Event& event) {
    Client& client = client_of(event);
    if (!client.tab->is_connected() || client.tab->is_reading()) return false;
    tell([&] { return "client " + std::to_string(client.number) + " reads on"; });
    client.tab->read(true);
    pump();
    return true;
}

void World::get(
    What what, std::size_t client, Process& process, const base::Uuid& id, bool is_final
) {
    const std::string path = what == What::original ? std::string(kSubmitPath) + "/response/"
                                                    : std::string(kApiPath) + "/";
    asks_.push_back(
        {.what = what,
         .client = client,
         .process = &process,
         .id = id,
         .wire = std::make_unique<gateway::http::WireClient>(process.endpoints().web()),
         .is_final = is_final}
    );
    asks_.back().wire->send(
        "GET " + path + id.to_string() + " HTTP/1.1\r\nHost: a\r\n\r\n", site_.clock.steady_now()
    );
    pump();
}

bool World::ask(const Event& event, What what) {
    Place* const place = pick(event.first, true);
    const std::vector<base::Uuid>& all = book_.accepted();
    if (place == nullptr || all.empty()) return false;
    get(
        what, event.first % clients_.size(), *place->process, all[event.second % all.size()], false
    );
    return true;
}

bool World::ask_outcome(const Event& event) {
    return ask(event, What::outcome);
}

bool World::ask_original(const Event& event) {
    return ask(event, What::original);
}

}  // namespace flightcast::simulation
