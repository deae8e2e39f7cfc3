// SPDX-License-Identifier: Apache-2.0
#include "experiment/sample_ratio.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/random.h"

namespace flightcast::experiment {
namespace {

// Hours of 50 flights, of which the challenger answers a share.
std::vector<HourSums> split_hours(base::Random& random, int hours, double share) {
    std::vector<HourSums> all;
    for (int i = 0; i < hours; ++i) {
        HourSums sums{.hour = Hour(std::chrono::hours(i)), .flights = 50};
        for (int flight = 0; flight < 50; ++flight) {
            sums.by_challenger += random.unit() < share ? 1 : 0;
        }
        all.push_back(sums);
    }
    return all;
}

TEST(SampleRatio, FairSplitsAreNeverSkewedAndWrongOnesAre) {
    // Goal: 300 experiments of 200 hours with a look after each raise no alarm; an arm that gets 20
    // instead of 25 % of the flights is found within them; too few flights say nothing.
    constexpr std::uint64_t kSeed = 21;
    base::SeededRandom random(kSeed);
    for (int run = 0; run < 300; ++run) {
        const std::vector<HourSums> hours = split_hours(random, 200, 0.25);
        for (std::size_t look = 1; look <= hours.size(); ++look) {
            ASSERT_FALSE(sample_ratio(std::span(hours).first(look), 0.25, 0.75).is_skewed)
                << kSeed << " " << run << " " << look;
        }
    }
    for (int run = 0; run < 100; ++run) {
        EXPECT_TRUE(sample_ratio(split_hours(random, 200, 0.20), 0.25, 0.75).is_skewed);
    }
    // Of two arms with 0.25 each the champion has 0.5: the pair is split one to two.
    EXPECT_FALSE(sample_ratio(split_hours(random, 200, 1.0 / 3), 0.25, 0.5).is_skewed);
    const SampleRatio few = sample_ratio(split_hours(random, 1, 0), 0.5, 0.5);
    EXPECT_EQ(few.champion, 50);
    EXPECT_FALSE(few.is_skewed);
    EXPECT_TRUE(sample_ratio(split_hours(random, 2, 0), 0.5, 0.5).is_skewed);
}

}  // namespace
}  // namespace flightcast::experiment
