// SPDX-License-Identifier: Apache-2.0
//
// Two sequences are merged: departures, which the list has in order, and reports of those that have
// departed. A report is later than its departure, so the earliest report of all is known as soon as
// every flight that left before it is in the air; one of a cancelled flight may have the same time,
// which is why the list has these first.
#include "replay/planner.h"

#include "base/check.h"

namespace flightcast::replay {
namespace {

using std::chrono::minutes;
using std::chrono::sys_seconds;

sys_seconds minute_of_time(sys_seconds time) {
    return sys_seconds(std::chrono::floor<minutes>(time));
}

}  // namespace

Planner::Planner(const FlightList& list, PlanOptions options) : list_(list), options_(options) {
    FC_CHECK(options.report_lag.count() >= 0);
}

// Moves the next flight of the list into the air.
void Planner::depart() {
    const Flight& flight = list_.flights[next_];
    const std::chrono::seconds lag = options_.report_lag + std::chrono::seconds(flight.known_after);
    in_the_air_.push({.time = flight.landed + lag, .flight = next_});
    ++next_;
}

std::optional<Planner::Event> Planner::take_event() {
    while (has_request() && list_.flights[next_].fate == Fate::cancelled) depart();
    if (!left_.empty()) {
        const bool others_leave = has_request() && list_.flights[next_].departed == left_[0].time;
        if (!others_leave) {
            const PlannedReport departure = left_.front();
            left_.pop_front();
            return Event{Kind::departure, departure};
        }
    }
    const bool is_arrival =
        !in_the_air_.empty() &&
        (!has_request() || in_the_air_.top().time <= list_.flights[next_].departed);
    if (is_arrival) {
        const PlannedReport arrival = in_the_air_.top();
        in_the_air_.pop();
        return Event{Kind::arrival, arrival};
    }
    if (!has_request()) return std::nullopt;
    const PlannedReport request{.time = list_.flights[next_].departed, .flight = next_};
    if (options_.departures) left_.push_back(request);
    depart();
    return Event{Kind::request, request};
}

std::optional<Step> Planner::next() {
    if (!first_) first_ = take_event();
    if (!first_) return std::nullopt;
    Step step{.minute = minute_of_time(first_->what.time)};
    Kind phase = Kind::arrival;
    while (first_ && first_->kind >= phase && minute_of_time(first_->what.time) == step.minute) {
        phase = first_->kind;
        if (phase == Kind::arrival) step.arrivals.push_back(first_->what);
        if (phase == Kind::request) step.requests.push_back(first_->what.flight);
        if (phase == Kind::departure) step.departures.push_back(first_->what);
        first_ = take_event();
    }
    return step;
}

}  // namespace flightcast::replay
