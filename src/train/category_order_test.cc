// SPDX-License-Identifier: Apache-2.0
#include "train/category_order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flightcast::train {
namespace {

using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(CategoryOrder, TwoClassesAreOrderedByShare) {
    // Goal: with two classes the order is that of the share of one, from either end; empty bins
    // are left out, sizes do not matter.
    const std::vector<BinCounts> bins = {
        {0, 10, 0, 90}, {0, 0, 0, 0}, {0, 3, 0, 1}, {0, 500, 0, 500}
    };
    EXPECT_THAT(order_categories(bins), AnyOf(ElementsAre(0, 3, 2), ElementsAre(2, 3, 0)));
}

TEST(CategoryOrder, FollowsTheDirectionInWhichMostDiffer) {
    // Goal: classes 0 and 3 part the large bins, class 2 varies little: the order follows 0 and 3.
    const std::vector<BinCounts> bins = {
        {900, 0, 100, 100}, {100, 0, 110, 900}, {500, 0, 130, 500}, {700, 0, 90, 300}
    };
    EXPECT_THAT(order_categories(bins), AnyOf(ElementsAre(0, 3, 2, 1), ElementsAre(1, 2, 3, 0)));
}

TEST(CategoryOrder, EqualSharesStayInOrder) {
    // Goal: where nothing differs the numbers decide; no bin gives no order.
    const std::vector<BinCounts> bins = {{1, 1, 1, 1}, {7, 7, 7, 7}, {2, 2, 2, 2}};
    EXPECT_THAT(order_categories(bins), ElementsAre(0, 1, 2));
    EXPECT_THAT(order_categories({}), IsEmpty());
}

}  // namespace
}  // namespace flightcast::train
