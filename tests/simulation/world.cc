// SPDX-License-Identifier: Apache-2.0
//
// Time, and whose turn it is.
#include "world.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "base/check.h"
#include "telling.h"

namespace flightcast::simulation {

using base::SteadyTime;
using namespace std::chrono_literals;

namespace {

// Heartbeats of a group's members are the quickest thing that happens by itself on brokers.
constexpr std::chrono::microseconds kKafkaHopMax = 100ms;
constexpr std::chrono::microseconds kKafkaHopInMinutes = 500ms;
constexpr std::chrono::microseconds kHopMin = 1ms;

}  // namespace

World::Handler World::handler_of(EventKind kind) {
    static constexpr std::array<Handler, kEventKinds> kHandlers = {
        &World::work,
        &World::submit_form,
        &World::submit_json,
        &World::submit_and_wait,
        &World::submit_again,
        &World::reuse_key,
        &World::leave_submission,
        &World::join,
        &World::join_again,
        &World::join_other,
        &World::connect_websocket,
        &World::connect_polling,
        &World::upgrade,
        &World::disconnect,
        &World::vanish,
        &World::stop_reading,
        &World::read_on,
        &World::ask_outcome,
        &World::ask_original,
        &World::pass_moment,
        &World::pass_seconds,
        &World::pass_minutes,
        &World::wall_clock_back,
        &World::wall_clock_forward,
        &World::kill,
        &World::stop_orderly,
        &World::freeze,
        &World::cut_power,
        &World::fill_disk,
        &World::fail_writes,
        &World::fail_flushes,
        &World::heal_disk,
        &World::store_away,
        &World::store_slow,
        &World::store_answer_lost,
        &World::store_stalls,
        &World::heal_store,
        &World::swap_model,
        &World::trim_log,
        &World::unscorable_request,
        &World::rival_prediction,
        &World::rival_failure,
        &World::brokers_unsteady,
        &World::brokers_steady,
    };
    return kHandlers.at(static_cast<std::size_t>(kind));
}

World::World(const Schedule& schedule, bool tells)
    : plan_(schedule), site_(plan_, folder_.path()), chance_(plan_.seed), tells_(tells) {
    began_ = site_.clock.steady_now();
    if (plan_.shape == Shape::kafka) {
        site_.cluster.emplace(site_.clock, plan_.seed);
        for (std::size_t i = 0; i < plan_.gateways; ++i) {
            places_.push_back({Process::Role::gateway, "gateway-" + std::to_string(i + 1)});
        }
        for (std::size_t i = 0; i < plan_.scorers; ++i) {
            places_.push_back({Process::Role::scorer, "scorer-" + std::to_string(i + 1)});
        }
    } else {
        disk_.emplace();
        places_.push_back({Process::Role::serve, "server"});
    }
    if (plan_.small_cache) book_.allow_new_outcomes();
    clients_.reserve(plan_.clients);
    for (std::size_t i = 0; i < plan_.clients; ++i) {
        clients_.push_back({.number = i + 1});
        Client& client = clients_.back();
        client.tab = std::make_unique<Tab>(Tab::Events{
            .on_event = [this, &client](
                            std::string_view name, std::string_view payload
                        ) { take_event(client, name, payload); },
            .on_lost = [this, &client] { lost(client); }
        });
    }
}

// Processes go before what they stand on; a disk takes what they write at their end.
World::~World() {
    asks_.clear();
    for (Place& place : places_) place.process.reset();
}

Report World::play() {
    for (Place& place : places_) start(place);
    for (const Event& event : plan_.events) act(event);
    quiet_down();
    check_books();
    Report report{.faults = book_.faults(), .seen = site_.seen, .story = std::move(story_)};
    report.accepted = book_.accepted().size();
    report.delivered = delivered_;
    return report;
}

void World::act(const Event& event) {
    chance_ = base::SeededRandom(event.salt);
    if ((this->*handler_of(event.kind))(event)) note(std::string(name_of(event.kind)));
    take_turns(event.turns);
}

void World::start(Place& place) {
    place.process = std::make_unique<Process>(site_, place.role, place.name);
    const base::Result<void> opened = place.process->open();
    tell([&] {
        return place.name + (opened ? " starts" : " fails to start: " + opened.error().detail);
    });
    if (opened) return;
    note("= a start failed");
    place.process.reset();
}

World::Place* World::pick(std::uint32_t number, bool needs_gateway) {
    std::vector<Place*> found;
    for (Place& place : places_) {
        const bool is_up = place.process != nullptr && !place.process->is_frozen();
        if (is_up && (!needs_gateway || place.process->has_gateway())) found.push_back(&place);
    }
    return found.empty() ? nullptr : found[number % found.size()];
}

void World::take_turns(std::size_t turns) {
    for (std::size_t i = 0; i < turns; ++i) take_turn(places_[chance_.below(places_.size())]);
}

bool World::take_turn(Place& place) {
    if (place.process == nullptr) return false;
    const bool has_worked = place.process->take_turn(chance_);
    after_turn(place);
    return has_worked;
}

// Clients see what a process did before anything else happens.
void World::after_turn(Place& place) {
    pump();
    const bool is_over = place.process->fatal().has_value() && !place.process->is_stopping();
    if (is_over) {
        note("= a process gave up");
        tell([&] { return place.name + " gives up: " + place.process->fatal()->detail; });
        place.was_disturbed = true;
        place.process->stop(5s);
    }
    if (!place.process->has_ended()) return;
    tell([&] { return place.name + " has ended"; });
    bury(place, true);
}

// Everything that hung on a process is gone with it.
void World::bury(Place& place, bool in_order) {
    Process* const process = place.process.get();
    for (const Ask& ask : asks_) {
        const bool is_excused = place.was_disturbed || process->has_hung();
        const bool is_due = in_order && !is_excused && ask.what == What::submission;
        if (ask.process == process && is_due) {
            book_.fault(
                "a stop in order left the submission of flight " +
                std::to_string(book_.flights()[ask.flight].number) + " unanswered"
            );
        }
    }
    std::erase_if(asks_, [&](const Ask& ask) { return ask.process == process; });
    for (Client& client : clients_) {
        if (!client.tab->is_connected() || client.tab->gate() != process->gate()) continue;
        client.tab->vanish();
        client.joins.clear();
    }
    place.process.reset();
    place.was_disturbed = false;
}

void World::pass(std::chrono::microseconds time, std::size_t turns_per_hop) {
    const SteadyTime end = site_.clock.steady_now() + time;
    const auto longest = !site_.cluster ? time : time > 1min ? kKafkaHopInMinutes : kKafkaHopMax;
    while (site_.clock.steady_now() < end) {
        SteadyTime next = end;
        for (const Place& place : places_) {
            if (place.process != nullptr) next = std::min(next, place.process->next_due());
        }
        auto hop = std::clamp(next - site_.clock.steady_now(), kHopMin, std::max(longest, kHopMin));
        hop = std::min(hop, std::max(end - site_.clock.steady_now(), kHopMin));
        if (site_.cluster) {
            site_.cluster->pass(hop);
        } else {
            site_.clock.advance(hop);
        }
        take_turns(turns_per_hop * places_.size());
    }
}

// Until nobody has anything to do. What brokers do is not seen from outside, so there is some
// patience.
void World::settle() {
    constexpr int kRoundsMax = 1'000;
    const int patience = site_.cluster ? 12 : 2;
    for (int round = 0, idle = 0; round < kRoundsMax && idle < patience; ++round, ++idle) {
        for (Place& place : places_) {
            if (place.process == nullptr) continue;
            if (place.process->take_all_turns(chance_)) idle = 0;
            after_turn(place);
        }
    }
}

Report play(const Schedule& schedule, bool tells) {
    return World(schedule, tells).play();
}

}  // namespace flightcast::simulation
