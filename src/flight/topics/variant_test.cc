// SPDX-License-Identifier: Apache-2.0
#include "flight/topics/variant.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "base/random.h"

namespace flightcast::flight {
namespace {

// Goal: the arm of a request is always the same, arms get their shares, and two experiments divide
// the same requests independently of each other.
TEST(Variant, SharesAreThoseOfTheWeights) {
    constexpr std::array kWeights = {0.1, 0.3};
    constexpr int kRequests = 20'000;
    base::SeededRandom random(3);
    std::array<int, 3> counts{};
    std::array<int, 3> both{};
    for (int i = 0; i < kRequests; ++i) {
        const base::Uuid id = base::Uuid::random(random);
        const auto arm = arm_of("one", kWeights, id);
        EXPECT_EQ(arm, arm_of("one", kWeights, id));
        ++counts[arm.value_or(2)];
        if (arm == 1U) ++both[arm_of("two", kWeights, id).value_or(2)];
    }
    EXPECT_NEAR(counts[0], 0.1 * kRequests, 200);
    EXPECT_NEAR(counts[1], 0.3 * kRequests, 300);
    EXPECT_NEAR(both[1], 0.3 * counts[1], 200);
}

// Goal: the division is a contract: processes of all versions divide alike.
TEST(Variant, TheDivisionNeverChanges) {
    constexpr std::array kHalf = {0.5};
    const char* const ids[] = {
        "0910313b-6000-4f14-8550-dae624a4d138",
        "8e90da7e-63f5-45f9-8f3d-7d948120e5a2",
        "00000000-0000-4000-8000-000000000000",
    };
    std::string arms;
    for (const char* const id : ids) {
        arms += arm_of("spring", kHalf, *base::Uuid::parse(id)) ? 'a' : 'c';
    }
    EXPECT_EQ(arms, "aca");
    EXPECT_EQ(arm_of("spring", std::array{1.0}, *base::Uuid::parse(ids[0])), 0U);
    EXPECT_EQ(arm_of("spring", {}, *base::Uuid::parse(ids[0])), std::nullopt);
}

}  // namespace
}  // namespace flightcast::flight
