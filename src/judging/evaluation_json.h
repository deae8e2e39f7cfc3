// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "judging/evaluation.h"

namespace flightcast::judging {

// The value of a record of the evaluation topic: compact, raw UTF-8, absent fields left out:
//
//     {"UUID":"...","Model":"default@1f0c","Revision":2,"Verdict":"judged",
//     "FlightDate":"2008-04-01","Carrier":"AA","Origin":"ATL","Dest":"SFO","FlightNum":"123",
//     "CRSDepTime":1030,"RequestedAt":"2008-04-01T14:35:00.000000Z","Prediction":2.0,
//     "Probabilities":[0.1,0.2,0.4,0.3],"Observed":3,"ArrDelay":41.0,"Probability":0.3,
//     "LogLoss":1.2039728043259361,"Brier":0.7,"ArrivedAt":"...","ReportedAt":"...",
//     "LabelDelay":18000.0,"Source":"towers",
//     "Replaces":{"Revision":1,"Verdict":"judged","Observed":2}}
//
// on one line. Observed, ArrDelay, Probability (given to the truth), LogLoss and Brier stand only
// where it was judged, the last three only with Probabilities; LabelDelay is in seconds.
[[nodiscard]] std::string encode_evaluation(const Evaluation& evaluation);

// Reads such a record; unknown keys are passed over. Errors: corrupt, with the reason.
[[nodiscard]] base::Result<Evaluation> decode_evaluation(std::string_view json);

// The same into an evaluation that may have been used before, for those who read many: several
// times as fast for records as encode_evaluation() writes them (evaluation_scan.h). False for a
// record that is none; then `to` holds anything.
[[nodiscard]] bool read_evaluation(std::string_view json, Evaluation& to);

}  // namespace flightcast::judging
