// SPDX-License-Identifier: Apache-2.0
//
// A schedule is a list of events that is drawn from a seed before anything is played, so that
// events can be taken out of it without a change of the others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace flightcast::simulation {

// Embedded: one process with all parts, its log and store in SQLite files. Kafka: some gateways
// and scorers on the model of a cluster, with a store that is a server.
enum class Shape : std::uint8_t { embedded, kafka };

[[nodiscard]] std::string_view name_of(Shape shape);

enum class EventKind : std::uint8_t {
    work,  // nothing from outside: the processes go on
    submit_form,
    submit_json,
    submit_and_wait,
    submit_again,
    reuse_key,
    leave_submission,
    join,
    join_again,
    join_other,
    connect_websocket,
    connect_polling,
    upgrade,
    disconnect,
    vanish,
    stop_reading,
    read_on,
    ask_outcome,
    ask_original,
    pass_moment,
    pass_seconds,
    pass_minutes,
    wall_clock_back,
    wall_clock_forward,
    kill,
    stop_orderly,
    freeze,
    cut_power,
    fill_disk,
    fail_writes,
    fail_flushes,
    heal_disk,
    store_away,
    store_slow,
    store_answer_lost,
    store_stalls,
    heal_store,
    swap_model,
    trim_log,
    unscorable_request,
    rival_prediction,
    rival_failure,
    brokers_unsteady,
    brokers_steady,
    count,  // how many there are
};

inline constexpr std::size_t kEventKinds = static_cast<std::size_t>(EventKind::count);

[[nodiscard]] std::string_view name_of(EventKind kind);

// Whether events of this kind occur in schedules of this shape.
[[nodiscard]] bool occurs_in(EventKind kind, Shape shape);

// The numbers are chance, and mean what the kind makes of them.
struct Event {
    EventKind kind = EventKind::work;
    std::uint32_t first = 0;
    std::uint32_t second = 0;
    std::uint32_t turns = 0;  // that processes have after it
    std::uint64_t salt = 0;   // of the chance while it is played
};

struct Schedule {
    std::uint64_t seed = 0;
    Shape shape = Shape::embedded;
    std::size_t gateways = 1;
    std::size_t scorers = 1;
    std::size_t clients = 3;
    bool exactly_once = false;  // Kafka's transactions
    bool small_cache = false;   // of outcomes in gateways: late joins need the store
    bool has_distant_store = false;
    std::vector<Event> events;
};

// The schedule of a seed.
[[nodiscard]] Schedule draw_schedule(std::uint64_t seed, Shape shape);

}  // namespace flightcast::simulation
