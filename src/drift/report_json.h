// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "drift/fold.h"

namespace flightcast::drift {

// The answer of GET /api/v1/drift, as one line:
//
//     {"model":"m@1","from":"2008-04-01T00:00:00.000000Z","to":"...","flights":19211,
//      "features":[{"name":"DepDelay",
//        "training":{"verdict":"none","psi":0.02,"threshold":0.1,"flights":19211,"reference":450000},
//        "last_week":{"verdict":"not enough","flights":19211,"reference":0}}],
//      "answers":{...as a feature...},
//      "accuracy":{"expected":{"flights":19211,"share":0.66,"error":0.003},
//        "judged":{"flights":17000,"share":0.65,"error":0.004},
//        "expected_of_judged":{"flights":17000,"share":0.66,"error":0.003}}}
//
// psi and threshold are left out where there are not enough flights, share and error where there
// are fewer than limits::kFewFlights; from and to before the first request.
[[nodiscard]] std::string drift_json(const Report& report);

}  // namespace flightcast::drift
