// SPDX-License-Identifier: Apache-2.0
#include "base/enum_order.h"

#include <gtest/gtest.h>

namespace flightcast::base {
namespace {

enum class Fruit { apple, pear, plum };

// Goal: only the order of the numbers, without a gap and from the first on, is the order of the
// rows.
TEST(EnumOrder, IsThatOfTheNumbers) {
    EXPECT_TRUE(is_enum_order(std::array{Fruit::apple, Fruit::pear, Fruit::plum}));
    EXPECT_TRUE(is_enum_order(std::array{Fruit::apple}));
    EXPECT_FALSE(is_enum_order(std::array{Fruit::apple, Fruit::plum}));
    EXPECT_FALSE(is_enum_order(std::array{Fruit::pear, Fruit::apple}));
    EXPECT_FALSE(is_enum_order(std::array{Fruit::pear, Fruit::plum}));
}

}  // namespace
}  // namespace flightcast::base
