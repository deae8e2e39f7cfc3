// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "performance/performance.h"

namespace flightcast::performance {

// A report as the JSON of GET /api/v1/performance:
//
//     {"window":"24h","by":"model","from":"...","to":"...","judged":1234,"cancelled":12,
//     "diverted":3,"ambiguous":0,"enough":true,"figures":{...},"label_delay":[{"minutes":30,
//     "flights":0},...],"groups":[{"name":"default@1f0c","flights":1234,"enough":true,
//     "figures":{"accuracy":0.71,...}}]}
//
// Groups of fewer than limits::kFewFlights flights have no figures and `enough` is false; the same
// holds for the total. Figures by model, day and in total are those of figures::Figures, log loss,
// Brier and calibration null without probabilities; by carrier, airport and route accuracy and log
// loss; by class recall and precision.
[[nodiscard]] std::string performance_json(const Report& report);

}  // namespace flightcast::performance
