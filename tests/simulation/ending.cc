// SPDX-License-Identifier: Apache-2.0
//
// The quiet after the events, and the check of the books.
#include <boost/json.hpp>
#include <utility>

#include "flight/failure_json.h"
#include "telling.h"
#include "world.h"

namespace flightcast::simulation {

using namespace std::chrono_literals;

namespace {

// A member of a group that was killed is out after seconds, a transaction of one that died after
// ten, a store that was away is asked again within half a minute.
constexpr int kQuietRoundsMax = 60;
constexpr auto kQuietRound = std::chrono::microseconds(2s);

// A supervisor looks every second, a gateway forgets that the log failed after some.
constexpr auto kUntilReady = std::chrono::microseconds(12s);
// Clients that vanished are noticed by their silence.
constexpr auto kUntilSilenceShows = std::chrono::microseconds(60s);
constexpr int kLiveRounds = 40;
constexpr std::size_t kLeakTurns = 60;

}  // namespace

void World::heal_all() {
    is_quiet_ = true;
    tell([&] { return std::string("no more faults"); });
    if (disk_) {
        disk_->make_room();
        disk_->fail_writes(0);
        disk_->fail_flushes(0);
    }
    if (site_.cluster) site_.cluster->faults = {};
    site_.store_faults.is_away = site_.store_faults.is_slow = false;
    site_.store_faults.answers_lost = 0;
    site_.store_faults.stall = {};
    for (Place& place : places_) {
        if (place.process != nullptr && place.process->is_frozen()) place.process->freeze(false);
    }
}

// Everybody joins what it has not got.
void World::come_back() {
    for (Place& place : places_) {
        if (place.process == nullptr) start(place);
    }
    for (Client& client : clients_) {
        if (!client.tab->is_connected()) {
            connect(client, static_cast<std::uint32_t>(client.number), client.number % 2 == 0);
        }
        if (!client.tab->is_reading()) client.tab->read(true);
        for (const base::Uuid& id : std::set(client.wanted)) {
            if (!can_reach(*client.tab)) break;
            const auto joins = client.joins.find(id);
            // Joining again while waiting is the same join, so one outcome may answer several.
            const bool is_waiting =
                joins != client.joins.end() && joins->second.delivered + joins->second.ended == 0;
            if (!is_waiting) send_join(client, id);
        }
    }
}

std::optional<Sight> World::stored(const base::Uuid& id) {
    std::optional<Sight> sight;
    for (Place& place : places_) {
        if (place.process == nullptr) continue;
        place.process->look_in_store(id, [&](const flight::Outcome& outcome) {
            std::string json = outcome.json;
            if (outcome.kind == flight::OutcomeKind::failure) {
                const auto failure = flight::decode_failure(json);
                json = failure ? failure->reason : "unknown";
            } else {
                json = boost::json::serialize(boost::json::parse(json));
            }
            sight = Sight{id, outcome.kind, std::move(json)};
        });
        break;
    }
    return sight;
}

bool World::is_all_there() {
    for (const Place& place : places_) {
        if (place.process == nullptr || place.process->is_stopping()) return false;
    }
    for (const Client& client : clients_) {
        if (!client.wanted.empty() || !client.tab->is_connected()) return false;
        for (const auto& [id, joins] : client.joins) {
            if (joins.sent > 0 && joins.delivered + joins.ended == 0) return false;
        }
    }
    for (const Ask& ask : asks_) {
        if (ask.what == What::submission) return false;
    }
    for (const base::Uuid& id : book_.accepted()) {
        const auto found = stored(id);
        if (!found) return false;
        const bool awaits_more =
            book_.flight_of(id)->is_scorable && found->kind == flight::OutcomeKind::failure;
        if (awaits_more) return false;
    }
    return true;
}

void World::quiet_down() {
    heal_all();
    chance_ = base::SeededRandom(plan_.seed);
    for (int round = 0; round < kQuietRoundsMax; ++round) {
        come_back();
        settle();
        if (is_all_there()) break;
        pass(kQuietRound, 6);
        settle();
    }
    settle();
}

void World::check_shown() {
    for (Place& place : places_) {
        if (place.process == nullptr || !place.process->has_gateway()) continue;
        for (const base::Uuid& id : book_.accepted()) {
            get(What::outcome, 0, *place.process, id, true);
        }
    }
    settle();
    for (const Ask& ask : asks_) {
        if (ask.is_final) book_.fault("was asked for and not answered", ask.id);
    }
}

// With transactions a request that was submitted once has one response.
void World::check_once() {
    if (!plan_.exactly_once) return;
    std::map<std::string, std::size_t> responses;
    for (const auto& log : site_.cluster->topics.at(kNames.topics.response).partitions) {
        for (const auto& stored : log.stored) {
            if (site_.cluster->is_visible(stored)) ++responses[stored.record->key.value_or("")];
        }
    }
    for (const Flight& flight : book_.flights()) {
        if (flight.records != 1 || !flight.is_accepted) continue;
        const std::size_t count = responses[flight.id->to_string()];
        if (count > 1) {
            book_.fault("has " + std::to_string(count) + " responses, exactly once", *flight.id);
        }
    }
}

// The way through the log alone: a wake-up that got lost would be made up for by the store.
void World::check_live() {
    site_.store_faults.is_away = true;
    for (Place& place : places_) {
        if (place.process != nullptr && place.process->has_gateway()) check_live(place);
    }
    site_.store_faults.is_away = false;
}

void World::check_live(Place& place) {
    Client& client = clients_.front();
    const base::SteadyTime now = site_.clock.steady_now();
    client.tab->disconnect(now);
    client.joins.clear();
    const Flight& flight = book_.add_flight(0, "");
    const std::size_t index = flight.number - 1;
    if (!client.tab->connect(place.process->gate(), false, now)) {
        return book_.fault(place.name + " takes no connection long after the faults");
    }
    submit(place, book_.flights()[index], false, "");
    for (int round = 0; round < kLiveRounds; ++round) {
        settle();
        const bool is_accepted = book_.flights()[index].is_accepted;
        // Refused: a log that was full finds out within a second that it has room.
        if (!is_accepted && asks_.empty()) submit(place, book_.flights()[index], false, "");
        if (is_accepted && client.wanted.empty()) return;
        for (const base::Uuid& id : std::set(client.wanted)) {
            if (!client.joins.contains(id)) send_join(client, id);
        }
        pass(kQuietRound, 6);
    }
    client.wanted.clear();
    book_.fault(place.name + " brings no outcome while the store is away");
}

// When all clients have gone, no gateway waits for anything.
void World::check_leaks() {
    const base::SteadyTime now = site_.clock.steady_now();
    for (Client& client : clients_) {
        // What nobody ever submitted, so no outcome ends the wait.
        if (can_reach(*client.tab)) client.tab->join(base::Uuid::random(chance_), now);
        client.tab->disconnect(now);
    }
    pass(kUntilSilenceShows, 3);
    for (std::size_t i = 0; i < kLeakTurns; ++i) take_turns(places_.size());
    for (Place& place : places_) {
        if (place.process == nullptr || !place.process->has_gateway()) continue;
        if (!asks_.empty()) continue;
        const std::size_t waiters = place.process->waiters();
        if (waiters == 0) continue;
        book_.fault(
            place.name + " waits for " + std::to_string(waiters) + " outcomes and has no clients"
        );
    }
}

void World::check_ready() {
    pass(kUntilReady, 6);
    settle();
    for (Place& place : places_) {
        const bool is_ready = place.process != nullptr && place.process->is_ready();
        if (!is_ready && place.role != Process::Role::scorer) {
            book_.fault(place.name + " is not ready long after the faults");
        }
    }
}

void World::check_books() {
    for (const Client& client : clients_) {
        for (const base::Uuid& id : client.wanted) {
            book_.fault("never reached client " + std::to_string(client.number), id);
        }
        for (const auto& [id, joins] : client.joins) {
            if (joins.sent > 0 && joins.delivered + joins.ended == 0) {
                book_.fault("was joined in vain by client " + std::to_string(client.number), id);
            }
        }
    }
    for (const base::Uuid& id : book_.accepted()) book_.check_stored(id, stored(id));
    check_shown();
    check_once();
    check_live();
    check_ready();
    check_leaks();
}

}  // namespace flightcast::simulation
