// SPDX-License-Identifier: Apache-2.0
#include "arrival/flight_reports.h"

#include <algorithm>

#include "base/limits.h"
#include "base/planted_bug.h"

namespace flightcast::arrival {

namespace {

bool says_the_same(const Report& one, const Report& other) {
    return one.event == other.event && one.arr_delay == other.arr_delay && one.crs == other.crs &&
           one.has_arrived_at == other.has_arrived_at &&
           (!one.has_arrived_at || one.arrived_at == other.arrived_at);
}

}  // namespace

Report report_of(const Arrival& given, base::WallTime appended, std::uint16_t source) {
    const base::WallTime reported = given.reported_at.value_or(appended);
    return {
        .event = event_of(given),
        .arr_delay = static_cast<float>(given.arr_delay.value_or(0)),
        .crs = static_cast<std::int16_t>(given.crs_dep_time.value_or(-1)),
        .source = source,
        .has_arrived_at = given.arrived_at.has_value(),
        .arrived_at = given.arrived_at.value_or(reported),
        .reported_at = reported,
        .renewed_at = reported
    };
}

bool FlightReports::add(const Report& report) {
    Report* latest = nullptr;
    for (Report& known : reports_) {
        if (known.source != report.source) continue;
        if (latest == nullptr || known.renewed_at >= latest->renewed_at) latest = &known;
    }
    if (latest != nullptr && says_the_same(*latest, report)) {
        latest->renewed_at = std::max(latest->renewed_at, report.renewed_at);
        latest->reported_at = std::min(latest->reported_at, report.reported_at);
        if (!latest->has_arrived_at) latest->arrived_at = latest->reported_at;
        return false;
    }
    const bool is_ignored = base::is_planted(base::PlantedBug::corrections_ignored);
    if (latest != nullptr && is_ignored) return false;
    if (reports_.size() >= base::limits::kFlightReportsMax) reports_.erase(reports_.begin());
    reports_.push_back(report);
    return true;
}

const Report* counting(
    std::span<const Report> reports,
    const RankOf& rank_of,
    const std::function<bool(const Report&)>& is_wanted
) {
    const Report* best = nullptr;
    for (const Report& report : reports) {
        if (!is_wanted(report)) continue;
        if (best == nullptr) {
            best = &report;
            continue;
        }
        const int rank = rank_of(report.source);
        const int rank_of_best = rank_of(best->source);
        const bool is_newer = report.renewed_at >= best->renewed_at ||
                              base::is_planted(base::PlantedBug::newest_report_by_order);
        if (rank < rank_of_best || (rank == rank_of_best && is_newer)) best = &report;
    }
    return best;
}

}  // namespace flightcast::arrival
