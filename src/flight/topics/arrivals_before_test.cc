// SPDX-License-Identifier: Apache-2.0
#include "flight/topics/arrivals_before.h"

#include <gtest/gtest.h>

namespace flightcast::flight {
namespace {

// Goal: an offset is read as it stands; anything else is no offset.
TEST(ArrivalsBeforeTest, ReadsOffsets) {
    EXPECT_EQ(arrivals_before("0"), 0);
    EXPECT_EQ(arrivals_before("9223372036854775807"), 9'223'372'036'854'775'807);
    for (const char* text : {"", "-1", "+1", "1.0", "1 ", "9223372036854775808", "none"}) {
        EXPECT_FALSE(arrivals_before(text)) << text;
    }
}

}  // namespace
}  // namespace flightcast::flight
