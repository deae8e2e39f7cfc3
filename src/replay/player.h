// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "dataset/row/day.h"
#include "evaluate/metrics.h"
#include "replay/flight_list.h"
#include "replay/planner.h"
#include "replay/position_file.h"
#include "replay/target.h"

namespace flightcast::replay {

// Counts of a replay, from its first step on, steps of earlier starts included.
struct Counts {
    std::size_t flights = 0;   // asked about
    std::size_t reports = 0;   // of every kind
    std::size_t arrivals = 0;  // reports with a delay
    std::size_t judged = 0;    // predictions beside their arrivals, from --judge-from on
    std::size_t failed = 0;    // flights whose outcome is a failure

    bool operator==(const Counts&) const = default;
};

struct Progress {
    std::chrono::sys_seconds minute;  // of the flights
    Counts counts;
    double share = 0;  // of the flights, 0 .. 1
};

// How a replay ended.
struct Played {
    Counts counts;
    std::optional<evaluate::Metrics> metrics;  // nothing when no flight was judged
    std::string digest;                        // judged_line.h
    std::chrono::duration<double> seconds{};   // of this start
};

struct PlayOptions {
    PlanOptions plan;
    std::optional<double> speed;               // times as fast as the flights were; none: at once
    std::optional<dataset::Day> judge_from{};  // earlier days are played and not judged
    std::function<void(const Progress&)> on_progress{};  // after each step, if there is one
    std::stop_token stop{};                              // ends between two steps, Errc::closed
};

// Waits until a moment or a wish to stop; true when it is to be gone on.
using WaitUntil = std::function<bool(base::SteadyTime)>;

// All that a player works with; it outlives the call.
struct PlayParts {
    const FlightList& list;
    Target& target;
    PositionFile& position;
    const base::Clock& clock;
    WaitUntil wait_until;
};

// Plays the flights from where the position is to the end and judges the answers as `flightcast
// evaluate` does. Errors: those of target and position; closed when it was asked to stop: a later
// call goes on.
[[nodiscard]] base::Result<Played> play(const PlayParts& parts, const PlayOptions& options);

// The object that `flightcast replay --json` ends with, on one line; figures are null when no
// flight was judged.
[[nodiscard]] std::string played_json(const Played& played);

}  // namespace flightcast::replay
