// SPDX-License-Identifier: Apache-2.0
#include "scoring/split_answers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "base/random.h"
#include "flight/topics/variant.h"

namespace flightcast::scoring {
namespace {

Model model_of(std::string id, double first) {
    return {.id = std::move(id), .answer = [first](std::span<const flight::Request> requests) {
                return std::vector<flight::Answer>(
                    requests.size(), {.probabilities = {first, 1 - first, 0, 0}}
                );
            }};
}

// Goal: each request is answered by one model alone: the one of its header, or of its hash; a
// header of another experiment or of an unknown model does not count.
TEST(SplitAnswers, EachRequestHasOneModel) {
    Model champion = model_of("c@1", 0.25);
    const auto arm = std::make_shared<const Model>(model_of("a@1", 0.75));
    base::SeededRandom random(4);
    std::vector<flight::Request> requests(200);
    for (flight::Request& request : requests) request.id = base::Uuid::random(random);
    std::vector<std::string> variants(requests.size());
    const SplitAnswers alone = answers_of(champion, requests, variants);
    EXPECT_TRUE(std::ranges::all_of(alone.by, [&](const Model* by) { return by == &champion; }));

    champion.split = std::make_shared<const Split>(
        Split{.experiment = "e", .models = {arm, nullptr}, .weights = {0.3, 0.3}}
    );
    variants[0] = "e/a@1";
    variants[1] = "e/champion";
    variants[2] = "other/a@1";
    variants[3] = "e/gone@1";
    const SplitAnswers split = answers_of(champion, requests, variants);
    EXPECT_EQ(split.by[0], arm.get());
    EXPECT_EQ(split.by[1], &champion);
    int by_arm = 0;
    for (std::size_t i = 2; i < requests.size(); ++i) {
        const bool is_arm = flight::arm_of("e", champion.split->weights, requests[i].id) == 0U;
        EXPECT_EQ(split.by[i], is_arm ? arm.get() : &champion) << i;
        by_arm += is_arm ? 1 : 0;
    }
    EXPECT_GT(by_arm, 30);
    for (std::size_t i = 0; i < requests.size(); ++i) {
        EXPECT_EQ(split.answers[i].probabilities[0], split.by[i] == &champion ? 0.25 : 0.75) << i;
    }
}

// Goal: a model that throws or gives no probabilities answers nothing: the champion stands in for
// an arm, the fallback for a champion, each answer names the model that gave it, and the fault is
// told.
TEST(SplitAnswers, BrokenModelsAnswerNothing) {
    const double bad = std::nan("");
    for (const bool throws : {false, true}) {
        std::vector<std::string> faults;
        Model broken = model_of("b@1", bad);
        if (throws) {
            broken.answer = [](std::span<const flight::Request>) -> std::vector<flight::Answer> {
                throw std::runtime_error("no trees");
            };
        }
        broken.on_fault = [&faults](const std::string& reason) { faults.push_back(reason); };
        base::SeededRandom random(4);
        std::vector<flight::Request> requests(100);
        for (flight::Request& request : requests) request.id = base::Uuid::random(random);
        const std::vector<std::string> variants(requests.size());

        Model champion = model_of("c@1", 0.25);
        champion.split = std::make_shared<const Split>(Split{
            .experiment = "e", .models = {std::make_shared<const Model>(broken)}, .weights = {0.5}
        });
        const SplitAnswers split = answers_of(champion, requests, variants);
        EXPECT_TRUE(std::ranges::all_of(split.by, [&](const Model* by) {
            return by == &champion;
        }));
        EXPECT_EQ(split.answers[0].probabilities[0], 0.25);
        ASSERT_EQ(faults.size(), 1U);
        EXPECT_FALSE(faults[0].empty());

        broken.fallback = std::make_shared<const Model>(model_of("f@1", 0.75));
        const SplitAnswers whole = answers_of(broken, requests, variants);
        EXPECT_TRUE(std::ranges::all_of(whole.by, [&](const Model* by) {
            return by == broken.fallback.get();
        }));
        EXPECT_EQ(whole.answers[99].probabilities[0], 0.75);
        EXPECT_EQ(faults.size(), 2U);
    }
}

}  // namespace
}  // namespace flightcast::scoring
