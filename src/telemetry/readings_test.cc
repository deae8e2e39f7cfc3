// SPDX-License-Identifier: Apache-2.0
#include "telemetry/readings.h"

#include <gtest/gtest.h>

#include "telemetry/metrics.h"

namespace flightcast::telemetry {
namespace {

using namespace std::chrono_literals;

// Goal: values are read by metric and label, an unused series is 0, and hooks have run.
TEST(Readings, ValuesByLabel) {
    Metrics metrics;
    metrics.counter(kRequests, "accepted").add(3);
    metrics.counter(kRequests, "full").add(1);
    const Gauge waiters = metrics.gauge(kWaiters);
    metrics.before_text([&waiters] { waiters.set(7); });
    metrics.gauge(kPartitionLag, {"scorer", "requests", "2"}).set(5);

    const Readings readings = metrics.read();
    EXPECT_EQ(readings.total(kRequests), 4);
    EXPECT_EQ(readings.value(kRequests, "full"), 1);
    EXPECT_EQ(readings.value(kRequests, "unknown"), 0);
    EXPECT_EQ(readings.value(kWaiters), 7);
    EXPECT_EQ(readings.find(kCacheBytes), nullptr);
    ASSERT_EQ(readings.of(kPartitionLag).size(), 1U);
    const Reading& lag = readings.of(kPartitionLag).front();
    EXPECT_EQ(lag.label("group"), "scorer");
    EXPECT_EQ(lag.label("topic"), "requests");
    EXPECT_EQ(lag.label("partition"), "2");
    EXPECT_EQ(lag.label("colour"), "");
    EXPECT_EQ(lag.value, 5);
}

// Goal: only what was observed between two readings counts; a quantile lies in its bucket, where
// observations are spread evenly.
TEST(Readings, SpreadBetween) {
    Metrics metrics;
    const Histogram times = metrics.histogram(kStageSeconds, "total");
    EXPECT_FALSE(spread_between(nullptr, nullptr).has_value());
    for (int i = 0; i < 100; ++i) times.observe(2.0);
    const Readings before = metrics.read();
    const Reading* const first = before.find(kStageSeconds, "total");
    EXPECT_FALSE(spread_between(first, first).has_value());
    for (int i = 0; i < 90; ++i) times.observe(800us);
    for (int i = 0; i < 10; ++i) times.observe(20ms);
    const Readings now = metrics.read();
    const auto spread = spread_between(first, now.find(kStageSeconds, "total"));
    ASSERT_TRUE(spread.has_value());
    EXPECT_EQ(spread->count, 100U);
    EXPECT_NEAR(spread->p50, 0.0005 + 0.0005 * 50 / 90, 1e-9);
    EXPECT_NEAR(spread->p90, 0.001, 1e-9);
    EXPECT_NEAR(spread->p99, 0.01 + 0.015 * 0.9, 1e-9);
}

// Goal: what is beyond the last bound counts as the last bound, not as infinite.
TEST(Readings, BeyondTheLastBound) {
    Metrics metrics;
    metrics.histogram(kStageSeconds, "total").observe(1000.0);
    const Readings now = metrics.read();
    const auto spread = spread_between(nullptr, now.find(kStageSeconds, "total"));
    ASSERT_TRUE(spread.has_value());
    EXPECT_EQ(spread->p50, kLatencyBounds.back());
}

}  // namespace
}  // namespace flightcast::telemetry
