// SPDX-License-Identifier: Apache-2.0
#include "telemetry/health_metrics.h"

namespace flightcast::telemetry {

void add_health_metrics(Metrics& metrics, const Health& health) {
    metrics.before_text([&metrics, &health] {
        // The report of `ready` has every check.
        for (const HealthCheck& check : health.report(HealthScope::ready).checks) {
            const MetricSpec& spec = check.is_note ? kHealthNotes : kHealthFailing;
            metrics.gauge(spec, check.name).set(check.reason.empty() ? 0 : 1);
        }
    });
}

}  // namespace flightcast::telemetry
