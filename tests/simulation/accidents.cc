// SPDX-License-Identifier: Apache-2.0
//
// What happens to processes, disk, store, brokers and clocks.
#include <utility>

#include "base/limits.h"
#include "flight/failure_json.h"
#include "flight/prediction_json.h"
#include "pipeline/upkeep.h"
#include "telling.h"
#include "world.h"

namespace flightcast::simulation {

using namespace std::chrono_literals;

namespace {

constexpr auto kDrainPatience = std::chrono::microseconds(10s);

// So little that little by little all that has been read goes.
constexpr std::size_t kRetentionBytes = 1'000;

constexpr eventlog::kafka_model::Cluster::Faults kUnsteady{
    .unanswered = 50, .lost_answers = 10, .retriable = 100
};

scoring::CurrentModel idle_model() {
    return scoring::fixed_model({.id = "idle@1", .answer = [](auto) {
                                     return std::vector<flight::Answer>();
                                 }});
}

}  // namespace

bool World::work(const Event& /*event*/) {
    return true;
}

bool World::pass_moment(const Event& event) {
    pass(std::chrono::milliseconds(1 + event.first % 300), 4);
    return true;
}

bool World::pass_seconds(const Event& event) {
    tell([&] { return std::string("seconds pass"); });
    const std::chrono::milliseconds time(event.first % 20'000);
    pass(time, 3);
    leave_behind(std::chrono::ceil<std::chrono::seconds>(time));
    return true;
}

bool World::pass_minutes(const Event& event) {
    tell([&] { return std::string("minutes pass"); });
    book_.allow_news_of_repeated();
    const std::chrono::seconds time(event.first % 800);
    pass(time, 3);
    leave_behind(time);
    return true;
}

// The time that gateways read back has gone by: submissions that are repeated are news, and so are
// outcomes that a crash without transactions repeats.
void World::leave_behind(std::chrono::seconds time) {
    constexpr std::chrono::minutes kPlayed{1};  // a story takes less besides
    left_behind_ += time;
    if (left_behind_ + kPlayed <= base::limits::kReplayWindow) return;
    book_.allow_news_of_repeated();
    if (!plan_.exactly_once) book_.allow_news_of_repetitions();
}

bool World::wall_clock_back(const Event& event) {
    tell([&] { return std::string("the wall clock jumps back"); });
    site_.clock.set_wall(site_.clock.wall_now() - std::chrono::seconds(event.first % 3'600));
    return true;
}

bool World::wall_clock_forward(const Event& event) {
    tell([&] { return std::string("the wall clock jumps forward"); });
    const std::chrono::seconds time(event.first % 300);
    site_.clock.set_wall(site_.clock.wall_now() + time);
    leave_behind(time);
    return true;
}

// Another starts in its place, at once or when the next event says so.
bool World::kill(const Event& event) {
    Place& place = places_[event.first % places_.size()];
    if (place.process == nullptr) {
        start(place);
        return place.process != nullptr;
    }
    tell([&] { return place.name + " is killed"; });
    place.process->kill();
    if (disk_) disk_->kill_process();
    bury(place, false);
    if (disk_) disk_->begin_process();
    if (event.second % 4 != 0) start(place);
    return true;
}

bool World::stop_orderly(const Event& event) {
    Place& place = places_[event.first % places_.size()];
    if (place.process == nullptr) start(place);
    if (place.process == nullptr || place.process->is_stopping()) return false;
    if (place.process->is_frozen()) return false;
    tell([&] { return place.name + " is told to stop"; });
    // One that waits for its store at the start has no worker that commits.
    place.was_disturbed =
        disk_is_faulty_ || site_.cluster.has_value() || !place.process->is_ready();
    place.process->stop(kDrainPatience);
    return true;
}

bool World::freeze(const Event& event) {
    Place& place = places_[event.first % places_.size()];
    if (place.process == nullptr) return false;
    const bool freezes = !place.process->is_frozen();
    tell([&] { return place.name + (freezes ? " is frozen" : " goes on"); });
    place.process->freeze(freezes);
    place.was_disturbed = true;
    return true;
}

bool World::cut_power(const Event& event) {
    tell([&] { return std::string("the power is cut"); });
    for (Place& place : places_) {
        if (place.process == nullptr) continue;
        place.process->kill();
        disk_->kill_process();
        bury(place, false);
    }
    disk_->cut_power(chance_);
    disk_->begin_process();
    book_.allow_new_outcomes();
    if (event.second % 4 == 0) return true;
    for (Place& place : places_) start(place);
    return true;
}

bool World::fill_disk(const Event& event) {
    tell([&] { return std::string("the disk is full"); });
    disk_->fill(event.first % 20'000);
    disk_is_faulty_ = true;
    for (Place& place : places_) place.was_disturbed = true;
    return true;
}

bool World::fail_writes(const Event& event) {
    tell([&] { return std::string("writes fail"); });
    disk_->fail_writes(1 + event.first % 4);
    disk_is_faulty_ = true;
    for (Place& place : places_) place.was_disturbed = true;
    return true;
}

bool World::fail_flushes(const Event& event) {
    tell([&] { return std::string("flushes fail"); });
    disk_->fail_flushes(1 + event.first % 2);
    disk_is_faulty_ = true;
    for (Place& place : places_) place.was_disturbed = true;
    return true;
}

bool World::heal_disk(const Event& /*event*/) {
    if (!disk_is_faulty_) return false;
    tell([&] { return std::string("the disk works again"); });
    disk_->make_room();
    disk_->fail_writes(0);
    disk_->fail_flushes(0);
    disk_is_faulty_ = false;
    return true;
}

bool World::store_away(const Event& /*event*/) {
    if (site_.store_faults.is_away) return false;
    tell([&] { return std::string("the store is away"); });
    site_.store_faults.is_away = true;
    return true;
}

bool World::store_slow(const Event& /*event*/) {
    if (site_.store_faults.is_slow) return false;
    tell([&] { return std::string("the store is slow"); });
    site_.store_faults.is_slow = true;
    return true;
}

bool World::store_answer_lost(const Event& event) {
    tell([&] { return std::string("answers of the store get lost"); });
    site_.store_faults.answers_lost = 1 + event.first % 3;
    return true;
}

bool World::store_stalls(const Event& event) {
    tell([&] { return std::string("the store stalls"); });
    site_.store_faults.stall = std::chrono::seconds(1 + event.first % 12);
    return true;
}

bool World::heal_store(const Event& /*event*/) {
    StoreFaults& faults = site_.store_faults;
    if (!faults.is_away && !faults.is_slow) return false;
    tell([&] { return std::string("the store works again"); });
    faults.is_away = faults.is_slow = false;
    return true;
}

bool World::swap_model(const Event& event) {
    if (site_.model.asks_until_swap > 0) return false;
    tell([&] { return std::string("the model is swapped"); });
    site_.model.asks_until_swap = 1 + event.first % 6;
    return true;
}

// What all scorers have read goes; a cluster would go by age.
bool World::trim_cluster() {
    bool has_trimmed = false;
    for (const auto& [at, offset] : site_.cluster->group(kNames.scorer_group).offsets) {
        const auto* const log = site_.cluster->log_of(at);
        if (log == nullptr || offset.next <= log->first || offset.next > log->end()) continue;
        site_.cluster->trim(at, offset.next);
        has_trimmed = true;
    }
    if (has_trimmed) book_.allow_news_of_repeated();
    if (has_trimmed) tell([&] { return std::string("retention removes records"); });
    return has_trimmed;
}

bool World::trim_log(const Event& /*event*/) {
    if (site_.cluster) return trim_cluster();
    Place& place = places_.front();
    if (place.process == nullptr || place.process->is_frozen()) return false;
    const auto trimmed = place.process->embedded()->trim(
        pipeline::retention_of(
            {.age = 24h, .bytes_max = kRetentionBytes},
            stages::topic_table(kNames.topics),
            stages::stage_table(
                kNames,
                {.scorer =
                     scoring::ScorerParts{.model = idle_model(), .clock = site_.clock, .zone = {}},
                 .archiver = scoring::ArchiverParts{.store = site_.store, .clock = site_.clock}}
            )
        )
    );
    // One that fails half-way, on a full disk for example, has removed something.
    if (!trimmed || trimmed->records > 0) book_.allow_news_of_repeated();
    if (!trimmed || trimmed->records == 0) return false;
    tell([&] { return "retention removes " + std::to_string(trimmed->records) + " records"; });
    return true;
}

bool World::append(eventlog::NewRecord record, std::function<void()> on_done) {
    if (site_.cluster) {
        if (!site_.cluster->append(record)) return false;
        on_done();
        return true;
    }
    Place& place = places_.front();
    if (place.process == nullptr || place.process->is_stopping()) return false;
    auto writer = place.process->log().open_writer();
    if (!writer) return false;
    const auto done = [on_done = std::move(on_done)](const base::Result<void>& result) {
        if (result) on_done();
    };
    return (*writer)->append({std::move(record)}, done).has_value();
}

bool World::unscorable_request(const Event& /*event*/) {
    const base::Uuid id = base::Uuid::random(chance_);
    const std::string text = id.to_string();
    return append(
        {.topic = kNames.topics.request,
         .key = text,
         .value = R"({"UUID":")" + text + R"(","FlightDate":"2016-02-30","DepDelay":"x"})"},
        [this, id] {
            tell([&] { return std::string("a request that cannot be scored is in the log"); });
            book_.add_unscorable(id);
        }
    );
}

Flight* World::flight_for_rival(const Event& event) {
    std::vector<Flight*> found;
    for (Flight& flight : book_.flights()) {
        if (flight.is_accepted && flight.is_scorable) found.push_back(&flight);
    }
    return found.empty() ? nullptr : found[event.first % found.size()];
}

// Of another scorer, which read the same request.
bool World::rival_prediction(const Event& event) {
    Flight* const flight = flight_for_rival(event);
    if (flight == nullptr) return false;
    flight::Prediction prediction{.request = {.id = *flight->id}, .predicted = 3};
    prediction.request.dep_delay = static_cast<double>(flight->number);
    ++flight->records;
    tell([&] { return "a rival predicts flight " + std::to_string(flight->number); });
    return append(
        {.topic = kNames.topics.response,
         .key = flight->id->to_string(),
         .value = flight::encode_prediction(prediction, flight::ResponseFields::original, {})},
        [] {}
    );
}

bool World::rival_failure(const Event& event) {
    Flight* const flight = flight_for_rival(event);
    if (flight == nullptr) return false;
    flight->has_rival_failure = true;
    ++flight->records;
    tell([&] { return "a rival's dead letter for flight " + std::to_string(flight->number); });
    return append(
        {.topic = kNames.topics.dead_letter,
         .key = flight->id->to_string(),
         .value = flight::encode_failure(
             {.id = flight->id, .reason = "rival", .message = "A rival failed.", .stage = "rival"}
         )},
        [] {}
    );
}

bool World::brokers_unsteady(const Event& /*event*/) {
    tell([&] { return std::string("brokers are unsteady"); });
    site_.cluster->faults = kUnsteady;
    return true;
}

bool World::brokers_steady(const Event& /*event*/) {
    if (site_.cluster->faults.retriable == 0) return false;
    tell([&] { return std::string("brokers are steady again"); });
    site_.cluster->faults = {};
    return true;
}

}  // namespace flightcast::simulation
