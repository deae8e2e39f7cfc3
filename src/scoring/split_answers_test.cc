// SPDX-License-Identifier: Apache-2.0
#include "scoring/split_answers.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.h"
#include "flight/variant.h"

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

}  // namespace
}  // namespace flightcast::scoring
