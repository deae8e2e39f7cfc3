// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <queue>
#include <vector>

#include "replay/flight_list.h"

namespace flightcast::replay {

struct PlanOptions {
    std::chrono::seconds report_lag{0};  // from a landing to its report; not negative
    bool departures = false;             // departures are reported, too, right after their requests
};

// A report of one flight.
struct PlannedReport {
    std::chrono::sys_seconds time;  // of the report
    std::uint32_t flight = 0;       // in FlightList::flights

    bool operator==(const PlannedReport&) const = default;
};

// Events of one minute, in the order in which they happen: first the arrivals, then the requests,
// then the departures. Every arrival that was reported by the time of a request is in this step or
// an earlier one, and none that was reported later.
struct Step {
    std::chrono::sys_seconds minute;        // its start
    std::vector<PlannedReport> arrivals;    // landings, diversions, cancellations
    std::vector<std::uint32_t> requests;    // flights that leave
    std::vector<PlannedReport> departures;  // the same flights, if departures are reported

    bool operator==(const Step&) const = default;
};

// Turns flights into events: a request when a flight leaves, a report when it has landed and the
// lag has passed. Cancelled flights are not asked about; that they are cancelled is reported when
// they should have left, and that one is diverted when it was expected, each after the lag. Pure:
// the same list and options give the same steps. Memory: the flights in the air.
//
// Thread-safety: one thread per object.
class Planner {
  public:
    // REQUIRES: `list` is arranged and outlives the planner.
    Planner(const FlightList& list, PlanOptions options);

    // The next step, which has an event; nothing after the last. Times of steps never fall; a
    // minute has several steps only when times are not whole minutes.
    [[nodiscard]] std::optional<Step> next();

  private:
    enum class Kind : std::uint8_t { arrival, request, departure };  // as they follow at one moment
    struct Event {
        Kind kind{};
        PlannedReport what;
    };
    struct IsLater {
        bool operator()(const PlannedReport& a, const PlannedReport& b) const {
            return a.time != b.time ? a.time > b.time : a.flight > b.flight;
        }
    };

    [[nodiscard]] bool has_request() const { return next_ < list_.flights.size(); }
    void depart();
    std::optional<Event> take_event();

    const FlightList& list_;
    const PlanOptions options_;
    std::uint32_t next_ = 0;  // flight that has not left yet
    std::priority_queue<PlannedReport, std::vector<PlannedReport>, IsLater> in_the_air_;
    std::deque<PlannedReport> left_;  // departures of one moment that are yet to be reported
    std::optional<Event> first_;      // of the next step
};

}  // namespace flightcast::replay
