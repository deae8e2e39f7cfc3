// SPDX-License-Identifier: Apache-2.0
#include "drift/teller.h"

#include <algorithm>

#include "base/limits.h"

namespace flightcast::drift {
namespace {

double ratio_of(const Shift& shift) {
    return shift.verdict == Verdict::not_enough ? 0 : shift.psi / shift.threshold;
}

}  // namespace

void Teller::note(const std::string& what, const char* against, const Shift& shift) {
    const std::string key = what + " " + against;
    if (shift.verdict != Verdict::drift) {
        if (drifting_.erase(key) > 0) {
            logger_.info("a drift is over", {{"feature", what}, {"against", against}});
        }
        return;
    }
    if (!drifting_.insert(key).second) return;
    logger_.warning(
        "the requests of the last 24 hours are others than before; answers may be worse",
        {{"feature", what},
         {"against", against},
         {"psi", std::to_string(shift.psi)},
         {"threshold", std::to_string(shift.threshold)},
         {"flights", shift.flights}}
    );
}

void Teller::tell(const Compared& compared) {
    metrics_.gauge(telemetry::kDriftFromTraining, compared.name).set(ratio_of(compared.training));
    metrics_.gauge(telemetry::kDriftFromLastWeek, compared.name).set(ratio_of(compared.last_week));
    told_.insert(compared.name);
    note(compared.name, "the flights learned from", compared.training);
    note(compared.name, "the week before", compared.last_week);
}

// Another model has other features.
void Teller::forget(const Report& report) {
    for (const std::string& name : told_) {
        metrics_.gauge(telemetry::kDriftFromTraining, name).set(0);
        metrics_.gauge(telemetry::kDriftFromLastWeek, name).set(0);
    }
    if (!model_.empty()) metrics_.gauge(telemetry::kModelExpectedAccuracy, model_).set(0);
    told_.clear();
    drifting_.clear();
    model_ = report.model;
}

void Teller::tell(const Report& report) {
    if (report.model != model_) forget(report);
    for (const Compared& feature : report.features) tell(feature);
    tell(report.answers);
    if (report.expected.flights < base::limits::kFewFlights) return;
    metrics_.gauge(telemetry::kModelExpectedAccuracy, model_).set(report.expected.share);
}

}  // namespace flightcast::drift
