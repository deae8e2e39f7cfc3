// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "eventlog/record.h"
#include "flight/calendar/time_zone.h"
#include "flight/failure.h"
#include "flight/prediction.h"
#include "flight/prediction_json.h"
#include "flight/request_json.h"
#include "flight/topics/topic_set.h"
#include "scoring/live_fold.h"
#include "scoring/model.h"

namespace flightcast::scoring {

struct ScorerOptions {
    flight::TopicSet topics;
    flight::ResponseFields fields = flight::ResponseFields::all;
    flight::TimeZone zone;

    // The arrivals so far, where they are followed; one thread with the scorer.
    std::shared_ptr<LiveFold> live{};
};

// Told of every outcome, for metrics: the class, or nothing for a failure.
using OnOutcome = std::function<void(std::optional<std::size_t>)>;

// Told of every record that cannot be scored, with the record.
using OnFailure = std::function<void(const flight::Failure&, const eventlog::Record&)>;

// Makes the outcome of every request record: a response, or a dead letter with its cause when the
// record cannot be scored. Both are keyed by the UUID, so that all readers see the outcomes of one
// request in the same order. A pure function of its input, but for the time it notes down.
//
// Thread-safety: one thread at a time.
class Scorer {
  public:
    Scorer(
        CurrentModel model,
        const base::Clock& clock,
        ScorerOptions options,
        OnOutcome on_outcome = {},
        OnFailure on_failure = {}
    );

    // One output record for each of `records`, in their order; all scored by one model.
    [[nodiscard]] std::vector<eventlog::NewRecord> process(
        const std::vector<eventlog::Record>& records
    ) const;

    // The record to publish instead of an output that its topic refuses for good: for a response a
    // dead letter that says so, for a dead letter one without the request's text. None: nothing
    // smaller can be said.
    [[nodiscard]] std::optional<eventlog::NewRecord> set_aside(
        const eventlog::NewRecord& refused, const base::Error& cause
    ) const;

  private:
    void add_online_values(const Model& model, std::span<flight::Request> requests) const;
    [[nodiscard]] eventlog::NewRecord response(
        flight::Prediction prediction, const eventlog::Record& record
    ) const;
    [[nodiscard]] eventlog::NewRecord dead_letter(
        flight::RequestFault fault, const eventlog::Record& record
    ) const;

    const CurrentModel model_;
    const base::Clock& clock_;
    const ScorerOptions options_;
    const OnOutcome on_outcome_;
    const OnFailure on_failure_;
};

}  // namespace flightcast::scoring
