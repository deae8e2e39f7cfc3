// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <string_view>
#include <vector>

#include "arrival/arrival.h"
#include "arrival/arrival_json.h"
#include "gateway/api/bodies/flight_body.h"
#include "gateway/api/bodies/problem.h"

namespace flightcast::gateway::api {

struct SubmittedReports {
    Shape shape = Shape::one;
    std::vector<arrival::Arrival> reports;  // in the order of the body
};

// Reads the body of POST /api/v1/arrivals: one report of an arrival or an array of 1 to
// limits::kReportsPerPostMax of them, read by `rules`. The problem (400) names every invalid field
// of every report; 413 to too many.
[[nodiscard]] std::expected<SubmittedReports, Problem> read_reports(
    std::string_view body, const arrival::ReadRules& rules
);

}  // namespace flightcast::gateway::api
