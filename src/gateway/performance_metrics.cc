// SPDX-License-Identifier: Apache-2.0
#include "gateway/performance_metrics.h"

namespace flightcast::gateway {

void publish_performance(
    const performance::Performance& performance, base::WallTime end, telemetry::Metrics& metrics
) {
    using performance::Split;
    using performance::Window;
    for (const auto& group : performance.ask(Window::day, Split::model, end).groups) {
        const figures::Figures figures = group.model->tally.figures();
        const double rows = static_cast<double>(figures.rows);
        metrics.gauge(telemetry::kModelJudged, group.name).set(rows);
        if (figures.rows < base::limits::kFewFlights) continue;
        metrics.gauge(telemetry::kModelAccuracy, group.name).set(figures.accuracy);
        metrics.gauge(telemetry::kModelLabelDelay, group.name)
            .set(group.model->delay_minutes.value() * 60 / rows);
        if (figures.rows_with_probabilities == 0) continue;
        metrics.gauge(telemetry::kModelLogLoss, group.name).set(figures.log_loss);
        metrics.gauge(telemetry::kModelCalibration, group.name).set(figures.calibration_error);
    }
}

}  // namespace flightcast::gateway
