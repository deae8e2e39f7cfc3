// SPDX-License-Identifier: Apache-2.0
#include "performance/model_sums.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

namespace flightcast::performance {
namespace {

judging::Evaluation random_judged(std::mt19937& random) {
    judging::Evaluation one{.id = {}, .model = "m@1"};
    one.requested_at = base::WallTime(std::chrono::hours(300'000 + random() % 48));
    one.reported_at = one.requested_at + std::chrono::minutes(random() % 5'000);
    one.dep_delay = static_cast<double>(random() % 200) - 30;
    one.predicted = random() % 4;
    one.observed = random() % 4;
    flight::Probabilities given{};
    double sum = 0;
    for (double& p : given) sum += p = 1e-3 + static_cast<double>(random() % 1'000);
    for (double& p : given) p /= sum;
    one.probabilities = given;
    one.verdict = static_cast<judging::Verdict>(random() % judging::kVerdictNames.size());
    return one;
}

// Goal: sums are the same after they were kept as text, negative ones too, and go on being added to
// and taken from; damaged text is none.
TEST(ModelSums, AreKeptAsText) {
    std::mt19937 random(3);  // NOLINT(bugprone-random-generator-seed): repeatable
    ModelSums sums;
    ModelSums negative;
    for (int i = 0; i < 500; ++i) {
        const judging::Evaluation one = random_judged(random);
        sums.count(one, counted_of(one), Sign::plus);
        negative.count(one, counted_of(one), Sign::minus);
        const auto again = decode_sums(encode_sums(sums));
        ASSERT_TRUE(again);
        ASSERT_EQ(*again, sums);
        sums = *again;
    }
    EXPECT_EQ(sums.flights(), 500);
    const auto below = decode_sums(encode_sums(negative));
    ASSERT_TRUE(below);
    sums += *below;
    EXPECT_EQ(sums, ModelSums());
    const std::string text = encode_sums(negative);
    for (const std::string& damaged :
         {std::string(),
          std::string("1"),
          "2" + text.substr(1),
          text + " 1",
          text + "x",
          text.substr(0, text.rfind(' ')),
          "1 x" + text.substr(3)}) {
        EXPECT_FALSE(decode_sums(damaged)) << damaged.substr(0, 20);
    }
}

// Goal: the text of sums is a contract with the stores that hold it.
TEST(ModelSums, HaveTheTextOfTheFirstVersion) {
    std::mt19937 random(4);  // NOLINT(bugprone-random-generator-seed): repeatable
    judging::Evaluation one = random_judged(random);
    one.verdict = judging::Verdict::judged;
    one.predicted = 1;
    one.observed = 2;
    one.dep_delay = 3;
    one.requested_at = base::WallTime(std::chrono::hours(10));
    one.reported_at = base::WallTime(std::chrono::hours(11));
    one.probabilities = flight::Probabilities{0.125, 0.5, 0.25, 0.125};
    ModelSums sums;
    sums.count(one, counted_of(one), Sign::plus);
    const std::string text = encode_sums(sums);
    EXPECT_TRUE(text.starts_with("1 1 1 0 1524246769572 0 2113054701612 0 927712935936 "))
        << text.substr(0, 80);
    EXPECT_EQ(std::ranges::count(text, ' '), 2 + 6 + 16 + 60 * 4 + 5 + 12 + 2 + 14 * 4);
}

}  // namespace
}  // namespace flightcast::performance
