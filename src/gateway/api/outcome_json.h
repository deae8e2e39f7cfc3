// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/uuid.h"
#include "flight/calendar/time_zone.h"
#include "gateway/delivery/outcome_cache.h"

namespace flightcast::gateway::api {

inline constexpr std::string_view kPredictionsPath = "/api/v1/predictions";

// "/api/v1/predictions/8e90da7e-...", behind `prefix` (http/forwarded_prefix.h).
[[nodiscard]] std::string url_of(const base::Uuid& id, std::string_view prefix = {});

// Appends the state of a request as one JSON object on one line; `outcome` may be null:
//
//     {"id":"8e90da7e-...","url":"/api/v1/predictions/8e90da7e-...","status":"pending"}
//     {"id":...,"url":...,"status":"predicted","class":2,"class_name":"Slightly Late (0-30 Minute
//     Delay)","prediction":{...}}
//     {"id":...,"url":...,"status":"failed","failure":{"reason":"bad_date","message":"..."}}
//
// `prediction` is the response record as it stands in the log, the same that `prediction_ready`
// carries.
void append_outcome(
    std::string& out,
    const base::Uuid& id,
    const delivery::SharedOutcome& outcome,
    const flight::TimeZone& zone,
    std::string_view prefix = {}
);

}  // namespace flightcast::gateway::api
