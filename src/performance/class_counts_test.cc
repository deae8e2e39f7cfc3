// SPDX-License-Identifier: Apache-2.0
#include "performance/class_counts.h"

#include <gtest/gtest.h>

#include <cmath>

namespace flightcast::performance {
namespace {

// Goal: both baselines are those of counting by hand, whatever the order, and what is taken away
// leaves no trace.
TEST(ClassCounts, TellBothBaselines) {
    ClassCounts counts;
    EXPECT_EQ(counts.class_shares(), Baseline{});
    EXPECT_EQ(counts.departure_delay(), Baseline{});
    counts.add(-20.0, 0, 3);  // before the first bound
    counts.add(-20.0, 1, 1);
    counts.add(120.0, 3, 4);  // a bound begins the next step
    counts.add(500.0, 3, 2);
    counts.add(std::nullopt, 2, 2);
    const double shares = -(3 * std::log(3 / 12.0) + std::log(1 / 12.0) + 2 * std::log(2 / 12.0) +
                            6 * std::log(6 / 12.0)) /
                          12;
    EXPECT_DOUBLE_EQ(counts.class_shares().accuracy, 0.5);
    EXPECT_DOUBLE_EQ(counts.class_shares().log_loss, shares);
    const double by_delay = -(3 * std::log(3 / 4.0) + std::log(1 / 4.0)) / 12;
    EXPECT_DOUBLE_EQ(counts.departure_delay().accuracy, 11 / 12.0);
    EXPECT_DOUBLE_EQ(counts.departure_delay().log_loss, by_delay);

    ClassCounts other;
    other.add(7.0, 1, 5);
    other += counts;
    other.add(7.0, 1, -5);
    EXPECT_EQ(other, counts);
}

}  // namespace
}  // namespace flightcast::performance
