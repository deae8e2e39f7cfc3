// SPDX-License-Identifier: Apache-2.0
#include "status/sample.h"

#include <string_view>

#include "base/enum_order.h"

namespace flightcast::status {
namespace {

// Where a total is read: a metric, and one of its labels' values or, if empty, all of them.
struct Source {
    const telemetry::MetricSpec& metric;
    std::string_view label;
};

constexpr std::array<Source, kTotals> kSources = {{
    {telemetry::kRequests, ""},
    {telemetry::kRequests, "accepted"},
    {telemetry::kRequests, "full"},
    {telemetry::kRequests, "unknown"},
    {telemetry::kOutcomes, ""},
    {telemetry::kOutcomes, "failed"},
    {telemetry::kPushes, "prediction_ready"},
    {telemetry::kPushes, "timeout"},
    {telemetry::kHttpResponses, ""},
    {telemetry::kHttpResponses, "5xx"},
    {telemetry::kDropped, ""},
    {telemetry::kSetAside, ""},
    {telemetry::kModelReloads, "refused"},
    {telemetry::kStoreErrors, ""},
    {telemetry::kKafkaErrors, ""},
    {telemetry::kProcessCpu, ""},
}};
static_assert(base::is_enum_order(
    std::array{
        Total::submitted,
        Total::accepted,
        Total::full,
        Total::unknown,
        Total::outcomes,
        Total::failed,
        Total::pushed,
        Total::timeouts,
        Total::responses,
        Total::server_errors,
        Total::dropped,
        Total::set_aside,
        Total::models_refused,
        Total::store_errors,
        Total::kafka_errors,
        Total::cpu_seconds
    }
));

}  // namespace

Sample sample_of(const telemetry::Readings& readings, base::SteadyTime at, base::WallTime wall) {
    Sample sample{.at = at, .wall = wall, .total_time = {}};
    for (std::size_t i = 0; i < kTotals; ++i) {
        const Source& source = kSources[i];
        sample.totals[i] = source.label.empty() ? readings.total(source.metric)
                                                : readings.value(source.metric, source.label);
    }
    // A prediction that failed is pushed as well.
    sample.totals[static_cast<std::size_t>(Total::pushed)] +=
        readings.value(telemetry::kPushes, "prediction_failed");
    sample.lag_records = readings.total(telemetry::kLagRecords);
    sample.connections = readings.total(telemetry::kConnections);
    sample.memory_bytes = readings.total(telemetry::kProcessMemory);
    return sample;
}

double rate_between(const Sample& before, const Sample& now, Total which) {
    const double seconds = std::chrono::duration<double>(now.at - before.at).count();
    const double grown = now.total(which) - before.total(which);
    if (seconds <= 0 || grown <= 0) return 0;
    return grown / seconds;
}

}  // namespace flightcast::status
