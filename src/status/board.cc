// SPDX-License-Identifier: Apache-2.0
#include "status/board.h"

#include <utility>

#include "base/limits.h"
#include "status/status_json.h"

namespace flightcast::status {

Board::Board(BoardParts parts) : parts_(std::move(parts)), started_(parts_.clock.steady_now()) {
    // Hooks of the metrics may not be in place yet, so the first sample is of nothing.
    last_.sample.at = started_;
    last_.sample.wall = parts_.clock.wall_now();
    before_ = last_;
    hour_.push_back(last_.sample);
}

Board::Look Board::look() const {
    Look look{.sample = {.total_time = {}}, .readings = parts_.metrics.read()};
    look.sample = sample_of(look.readings, parts_.clock.steady_now(), parts_.clock.wall_now());
    return look;
}

const Sample& Board::earlier(std::chrono::minutes ago, base::SteadyTime now) const {
    for (auto sample = hour_.rbegin(); sample != hour_.rend(); ++sample) {
        if (now - sample->at >= ago) return *sample;
    }
    return hour_.front();
}

void Board::judge(const Look& now, const telemetry::HealthReport& health) {
    alarms_.judge({
        .readings_before = before_.readings,
        .readings = now.readings,
        .health = health,
        .now = now.sample,
        .earlier = [this, &now](std::chrono::minutes ago) -> const Sample& {
            return earlier(ago, now.sample.at);
        },
    });
}

base::SteadyTime Board::next_deadline() const {
    return last_.sample.at + base::limits::kStatusEvery;
}

void Board::expire(base::SteadyTime now) {
    if (now < next_deadline()) return;
    Look taken = look();
    taken.sample.total_time = spread_between(
        last_.readings.find(telemetry::kStageSeconds, "total"),
        taken.readings.find(telemetry::kStageSeconds, "total")
    );
    judge(taken, parts_.health.report(telemetry::HealthScope::ready));
    before_ = std::exchange(last_, std::move(taken));
    hour_.push_back(last_.sample);
    if (hour_.size() > base::limits::kStatusSamplesMax) hour_.pop_front();
}

std::string Board::json() {
    const Look now = look();
    const telemetry::HealthReport health = parts_.health.report(telemetry::HealthScope::ready);
    judge(now, health);
    return status_json({
        .role = parts_.role,
        .uptime = now.sample.at - started_,
        .before = before_.sample,
        .now = now.sample,
        .readings_before = before_.readings,
        .readings = now.readings,
        .health = health,
        .alarms = alarms_.alarms(),
        .problems = parts_.problems(),
        .model = parts_.model ? parts_.model() : "{}",
        .hour = hour_,
    });
}

}  // namespace flightcast::status
