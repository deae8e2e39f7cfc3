// SPDX-License-Identifier: Apache-2.0
#include "features/online/state_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cstdint>
#include <vector>

#include "features/online/fold_testing.h"

namespace flightcast::features::online {
namespace {

using base::Errc;

Fold folded(const NewsList& list) {
    Fold fold(few_airports());
    for (const News& news : list.news()) fold.add(news);
    return fold;
}

TEST(StateFile, AReadStateIsWrittenAsTheSameBytes) {
    // Goal: state, bytes, state, bytes: equal bytes; the read fold has the clock, answers within
    // the precision of a float, and takes news up to its clock for known.
    const NewsList list(4, 5'000);
    const Fold fold = folded(list);
    const auto bytes = serialize_state(fold);
    auto again = parse_state(bytes, "state", few_airports());
    ASSERT_TRUE(again) << again.error().detail;
    EXPECT_EQ(serialize_state(*again), bytes);
    EXPECT_EQ(again->clock(), fold.clock());
    for (const Question& question : list.questions(fold.clock() + 60)) {
        const Values left = fold.values(question);
        const Values right = again->values(question);
        for (std::size_t i = 0; i < kValueCount; ++i) {
            EXPECT_THAT(left[i], ::testing::NanSensitiveFloatNear(right[i], 1e-3F)) << i;
        }
    }
    EXPECT_EQ(again->add(list.news().back()), Folded::known);
}

TEST(StateFile, DamageIsRefused) {
    // Goal: every cut and every changed byte is an error, never another state; a newer version is
    // told apart.
    const NewsList list(4, 40);
    const auto whole = serialize_state(folded(list));
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const auto cut = std::span(whole).first(size);
        EXPECT_FALSE(parse_state(cut, "state", nullptr)) << size;
    }
    for (std::size_t place = 0; place < whole.size(); ++place) {
        auto damaged = whole;
        damaged[place] ^= std::byte{1};
        EXPECT_FALSE(parse_state(damaged, "state", nullptr)) << place;
    }
    auto newer = whole;
    newer[8] = std::byte{2};
    EXPECT_EQ(parse_state(newer, "state", nullptr).error().code, Errc::unsupported);
}

TEST(StateFile, AnEmptyStateIsOne) {
    // Goal: a fold without news can be written and read.
    const auto bytes = serialize_state(Fold(nullptr));
    const auto again = parse_state(bytes, "state", nullptr);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->clock(), 0);
}

}  // namespace
}  // namespace flightcast::features::online
