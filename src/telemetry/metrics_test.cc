// SPDX-License-Identifier: Apache-2.0
#include "telemetry/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "telemetry/health_metrics.h"
#include "telemetry/process_metrics.h"
#include "telemetry/process_usage.h"

namespace flightcast::telemetry {
namespace {

using testing::HasSubstr;
using testing::Not;

// Goal: the same name and label give the same series, another label another one.
TEST(Metrics, CountsByLabel) {
    Metrics metrics;
    metrics.counter(kRequests, "accepted").add();
    metrics.counter(kRequests, "accepted").add(2);
    metrics.counter(kRequests, "full").add();
    const std::string text = metrics.text();
    EXPECT_THAT(text, HasSubstr("# TYPE flightcast_requests_total counter\n"));
    EXPECT_THAT(text, HasSubstr("flightcast_requests_total{status=\"accepted\"} 3\n"));
    EXPECT_THAT(text, HasSubstr("flightcast_requests_total{status=\"full\"} 1\n"));
}

// Goal: a total kept elsewhere never makes a counter fall, as Prometheus would take that for a
// restart.
TEST(Metrics, RaisesToATotal) {
    Metrics metrics;
    const Counter dropped = metrics.counter(kDropped, "connections");
    dropped.raise_to(5);
    dropped.raise_to(3);
    EXPECT_THAT(metrics.text(), HasSubstr("flightcast_dropped_total{what=\"connections\"} 5\n"));
}

// Goal: times are observed in seconds, in the buckets of the table.
TEST(Metrics, ObservesSeconds) {
    Metrics metrics;
    const Histogram score = metrics.histogram(kStageSeconds, "score");
    score.observe(std::chrono::milliseconds(2));
    score.observe(std::chrono::hours(1));
    const std::string text = metrics.text();
    EXPECT_THAT(
        text, HasSubstr("flightcast_stage_seconds_bucket{stage=\"score\",le=\"0.001\"} 0\n")
    );
    EXPECT_THAT(
        text, HasSubstr("flightcast_stage_seconds_bucket{stage=\"score\",le=\"0.0025\"} 1\n")
    );
    EXPECT_THAT(
        text, HasSubstr("flightcast_stage_seconds_bucket{stage=\"score\",le=\"+Inf\"} 2\n")
    );
    EXPECT_THAT(text, HasSubstr("flightcast_stage_seconds_sum{stage=\"score\"} 3600.002\n"));
}

// Goal: hooks run before each text, so gauges are as of now.
TEST(Metrics, RunsHooksBeforeText) {
    Metrics metrics;
    int waiters = 7;
    metrics.before_text([&waiters, gauge = metrics.gauge(kWaiters)] { gauge.set(waiters); });
    EXPECT_THAT(metrics.text(), HasSubstr("flightcast_waiters 7\n"));
    waiters = 0;
    EXPECT_THAT(metrics.text(), HasSubstr("flightcast_waiters 0\n"));
}

// Goal: the process' own numbers are there and plausible.
TEST(Metrics, KnowsItsProcess) {
    const ProcessUsage usage = process_usage();
    EXPECT_GT(usage.resident_bytes, 100'000U);
    EXPECT_GE(usage.open_files, 1U);
    Metrics metrics;
    add_process_metrics(metrics);
    const std::string text = metrics.text();
    EXPECT_THAT(text, HasSubstr("flightcast_build_info{version="));
    EXPECT_THAT(text, HasSubstr("\nprocess_resident_memory_bytes "));
    EXPECT_THAT(text, Not(HasSubstr("process_resident_memory_bytes 0\n")));
    EXPECT_GE(usage.files_max, usage.open_files);
    // Told in whole seconds and ticks, so it may seem a second later than it was.
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    EXPECT_LE(usage.started, now + std::chrono::seconds(1));
    EXPECT_GT(usage.started, now - std::chrono::hours(1));
}

// Goal: every check is told of, notes included, as it is at the time of the text.
TEST(Metrics, TellsOfFailingChecks) {
    Metrics metrics;
    Health health;
    add_health_metrics(metrics, health);
    health.add("gateway", HealthScope::ready);
    health.add("scoring", HealthScope::note);
    health.pass("gateway");
    const std::string before = metrics.text();
    EXPECT_THAT(before, HasSubstr("flightcast_health_failing{check=\"gateway\"} 0\n"));
    EXPECT_THAT(before, HasSubstr("flightcast_health_notes{check=\"scoring\"} 1\n"));
    health.fail("gateway", "it hangs");
    health.pass("scoring");
    const std::string after = metrics.text();
    EXPECT_THAT(after, HasSubstr("flightcast_health_failing{check=\"gateway\"} 1\n"));
    EXPECT_THAT(after, HasSubstr("flightcast_health_notes{check=\"scoring\"} 0\n"));
}

// Goal: every metric has its own name, help, the buckets it needs, and a line in docs/metrics.md.
TEST(MetricTable, IsCompleteAndDocumented) {
    std::ifstream file(FLIGHTCAST_SOURCE_DIR "/docs/metrics.md");
    const std::string page(std::istreambuf_iterator<char>(file), {});
    std::set<std::string_view> names;
    for (const MetricSpec& spec : kMetricTable) {
        EXPECT_TRUE(names.insert(spec.name).second) << spec.name;
        EXPECT_FALSE(spec.help.empty()) << spec.name;
        EXPECT_EQ(spec.bounds.empty(), spec.kind != MetricKind::histogram) << spec.name;
        EXPECT_EQ(spec.name.ends_with("_total"), spec.kind == MetricKind::counter) << spec.name;
        EXPECT_THAT(page, HasSubstr("| `" + std::string(spec.name) + "` |"));
    }
}

}  // namespace
}  // namespace flightcast::telemetry
