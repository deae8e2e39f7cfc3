// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "performance/performance.h"

namespace flightcast::performance {

// The evaluator's counts of what it could not judge.
struct Unjudged {
    std::int64_t waiting = 0;    // predictions without an arrival
    std::int64_t unmatched = 0;  // arrivals of flights that no prediction is of

    bool operator==(const Unjudged&) const = default;
};

// A report as the JSON of GET /api/v1/performance:
//
//     {"window":"24h","by":"model","from":"...","to":"...","judged":1234,"cancelled":12,
//     "diverted":3,"ambiguous":0,"waiting":80,"unmatched":5,"enough":true,"figures":{...},"baselines":{"class_shares":
//     {"accuracy":0.56,"log_loss":1.0},"departure_delay":{...}},"label_delay":[{"minutes":30,
//     "flights":0},...],"groups":[{"name":"default@1f0c","flights":1234,"enough":true,
//     "figures":{"accuracy":0.71,...},"baselines":{...}}]}
//
// Baselines are those of ClassCounts, on the very flights; in total, by model and by day.
//
// Groups of fewer than limits::kFewFlights flights have no figures and `enough` is false; the same
// holds for the total. Figures by model, day and in total are those of figures::Figures, log loss,
// Brier and calibration null without probabilities; by carrier, airport and route accuracy and log
// loss; by class recall and precision.
//
// `waiting` and `unmatched` are null where another process judges.
[[nodiscard]] std::string performance_json(
    const Report& report, const std::optional<Unjudged>& unjudged = {}
);

}  // namespace flightcast::performance
