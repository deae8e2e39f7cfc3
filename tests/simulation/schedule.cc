// SPDX-License-Identifier: Apache-2.0
#include "schedule.h"

#include <array>

#include "base/check.h"
#include "base/random.h"

namespace flightcast::simulation {
namespace {

constexpr std::size_t kEventsMin = 40;
constexpr std::size_t kEventsMore = 80;

// How often a kind is drawn in schedules of each shape.
struct KindRow {
    EventKind kind;
    std::string_view name;
    unsigned embedded;
    unsigned kafka;
};

using enum EventKind;

constexpr std::array<KindRow, kEventKinds> kKinds = {{
    {work, "work", 40, 40},
    {submit_form, "submit a form", 22, 22},
    {submit_json, "submit JSON", 10, 10},
    {submit_and_wait, "submit JSON and wait", 8, 8},
    {submit_again, "submit again under the same key", 8, 8},
    {reuse_key, "submit another flight under a used key", 4, 4},
    {leave_submission, "leave before the answer", 3, 3},
    {join, "join", 26, 26},
    {join_again, "join again", 6, 6},
    {join_other, "join another client's request", 6, 6},
    {connect_websocket, "connect by websocket", 10, 10},
    {connect_polling, "connect by polling", 10, 10},
    {upgrade, "upgrade to a websocket", 6, 6},
    {disconnect, "disconnect", 6, 6},
    {vanish, "vanish without a word", 4, 4},
    {stop_reading, "stop reading", 5, 5},
    {read_on, "read on", 6, 6},
    {ask_outcome, "ask for an outcome", 8, 8},
    {ask_original, "ask as the original's page does", 5, 5},
    {pass_moment, "a moment passes", 30, 30},
    {pass_seconds, "seconds pass", 8, 10},
    {pass_minutes, "minutes pass", 1, 1},
    {wall_clock_back, "the wall clock jumps back", 2, 2},
    {wall_clock_forward, "the wall clock jumps forward", 2, 2},
    {kill, "a process is killed", 6, 8},
    {stop_orderly, "a process is stopped in order", 4, 5},
    {freeze, "a process is frozen", 2, 4},
    {cut_power, "the power is cut", 4, 0},
    {fill_disk, "the disk is full", 3, 0},
    {fail_writes, "writes fail", 3, 0},
    {fail_flushes, "flushes fail", 2, 0},
    {heal_disk, "the disk works again", 6, 0},
    {store_away, "the store is away", 3, 5},
    {store_slow, "the store is slow", 4, 5},
    {store_answer_lost, "the store's answer is lost", 2, 4},
    {store_stalls, "the store stalls", 1, 2},
    {heal_store, "the store works again", 6, 8},
    {swap_model, "the model is swapped", 6, 6},
    {trim_log, "retention trims the log", 5, 3},
    {unscorable_request, "a request that cannot be scored", 4, 4},
    {rival_prediction, "another program's prediction", 3, 3},
    {rival_failure, "another program's dead letter", 3, 3},
    {brokers_unsteady, "brokers lose answers and refuse steps", 0, 6},
    {brokers_steady, "brokers are steady again", 0, 6},
}};

const KindRow& row_of(EventKind kind) {
    const KindRow& row = kKinds.at(static_cast<std::size_t>(kind));
    FC_CHECK(row.kind == kind);
    return row;
}

unsigned weight_of(const KindRow& row, Shape shape) {
    return shape == Shape::embedded ? row.embedded : row.kafka;
}

EventKind draw_kind(base::Random& random, Shape shape) {
    unsigned all = 0;
    for (const KindRow& row : kKinds) all += weight_of(row, shape);
    std::uint64_t place = random.below(all);
    for (const KindRow& row : kKinds) {
        const unsigned weight = weight_of(row, shape);
        if (place < weight) return row.kind;
        place -= weight;
    }
    return work;
}

// Mostly few, sometimes enough for all that is under way.
std::uint32_t draw_turns(base::Random& random) {
    const std::uint64_t most = random.below(4) == 0 ? 60 : 8;
    return static_cast<std::uint32_t>(random.below(most));
}

}  // namespace

std::string_view name_of(Shape shape) {
    return shape == Shape::embedded ? "embedded" : "kafka";
}

std::string_view name_of(EventKind kind) {
    return row_of(kind).name;
}

bool occurs_in(EventKind kind, Shape shape) {
    return weight_of(row_of(kind), shape) > 0;
}

Schedule draw_schedule(std::uint64_t seed, Shape shape) {
    base::SeededRandom random(seed * 2 + (shape == Shape::kafka ? 1 : 0));
    Schedule schedule{.seed = seed, .shape = shape};
    const bool is_kafka = shape == Shape::kafka;
    schedule.gateways = is_kafka ? 1 + random.below(3) : 1;
    schedule.scorers = is_kafka ? 1 + random.below(3) : 1;
    schedule.clients = 2 + random.below(3);
    schedule.exactly_once = is_kafka && random.below(2) == 0;
    schedule.small_cache = random.below(3) == 0;
    schedule.has_distant_store = is_kafka || random.below(3) == 0;
    const std::size_t count = kEventsMin + random.below(kEventsMore);
    for (std::size_t i = 0; i < count; ++i) {
        Event event{.kind = draw_kind(random, shape)};
        event.first = static_cast<std::uint32_t>(random.next());
        event.second = static_cast<std::uint32_t>(random.next());
        event.turns = draw_turns(random);
        event.salt = random.next();
        schedule.events.push_back(event);
    }
    return schedule;
}

}  // namespace flightcast::simulation
