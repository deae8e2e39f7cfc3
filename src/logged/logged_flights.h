// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "base/uuid.h"
#include "dataset/flight_loader.h"
#include "dataset/row/day.h"
#include "eventlog/record.h"
#include "flight/calendar/time_zone.h"
#include "flight/route_table.h"
#include "flight/topics/topic_set.h"
#include "judging/evaluation.h"
#include "judging/evaluator.h"
#include "logged/told_ends.h"
#include "replay/flight_list.h"

namespace flightcast::logged {

// The flights that count: by their FlightDate, both days included.
struct Period {
    std::optional<dataset::Day> from;
    std::optional<dataset::Day> to;

    bool operator==(const Period&) const = default;
};

struct LoggedOptions {
    flight::TopicSet topics;
    flight::TimeZone zone{};  // of the responses
    std::chrono::microseconds horizon = base::limits::kArrivalHorizon;
    std::vector<std::string> sources{};  // of reports, the best ranked first
    Period period{};
    std::size_t flights_max = base::limits::kTrainingRowsMax;
};

// What the log holds, as the files' reader gives it.
struct Logged {
    replay::FlightList list;     // arranged; file 0: predictions of the period, 1: all else
    dataset::FileReport report;  // of the predictions of the period
    std::size_t waiting = 0;     // of them, without the end of their flight
    std::size_t ambiguous = 0;   // of them, whose reports may be of another flight
    std::size_t untold = 0;      // other flights that landed, without times to learn from
};

// Predictions and what became of their flights, as flights to learn from: the same list that
// replay::load_list gives of files with these flights.
//
// A row is a prediction: the first response of its request, beside the report that judges it
// (judging::Evaluator decides which; a correction replaces it). It leaves when it was asked about;
// it is known from the time of its report on. What the evaluator published already counts as it
// stands, so that a response that has been trimmed still is a row. Distances are those of the
// responses, else of the routes. Flights that nobody asked about, and those before the period, are
// in the list for the online features alone, as files of --history are.
//
// Thread-safety: one thread.
class LoggedFlights {
  public:
    explicit LoggedFlights(LoggedOptions options);

    // Takes a record of the response, evaluation or arrival topic, in any order of topics.
    // Errc::full for too many predictions.
    [[nodiscard]] base::Result<void> take(const eventlog::Record& record);

    // All of it, named `name` in the report. Errors: invalid_argument when no prediction of the
    // period is judged (tells how many there are and why not), full for too many names.
    [[nodiscard]] base::Result<Logged> finish(
        const std::string& name, const flight::RouteTable& routes
    ) &&;

  private:
    void take_evaluation(const judging::Evaluation& evaluation);
    [[nodiscard]] bool is_usable(const judging::Evaluation& evaluation, Logged& to) const;
    [[nodiscard]] std::chrono::sys_seconds left_at(const judging::Evaluation& evaluation);
    [[nodiscard]] base::Result<void> append(const judging::Evaluation& evaluation, Logged& to);
    [[nodiscard]] base::Result<void> append_told(Logged& to) const;
    [[nodiscard]] std::string nothing_usable(const Logged& logged) const;
    [[nodiscard]] bool is_before_end(dataset::Day day) const;
    [[nodiscard]] bool is_in_period(dataset::Day day) const;

    const LoggedOptions options_;
    judging::Evaluator evaluator_;
    ToldEnds told_;
    std::unordered_map<base::Uuid, float> distances_;  // of the responses; NaN: none
    std::unordered_map<base::Uuid, judging::Evaluation> evaluations_;  // the newest revision
    std::size_t asked_ = 0;                      // predictions of the period, by their responses
    std::unordered_set<std::string> predicted_;  // flights, by key
};

}  // namespace flightcast::logged
