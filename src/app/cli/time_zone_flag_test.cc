// SPDX-License-Identifier: Apache-2.0
#include "app/cli/time_zone_flag.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flightcast::app::cli {
namespace {

// Goal: the zone that was meant is found through case, blanks, a missing continent and typing
// mistakes; what is far from all is no guess.
TEST(TimeZoneFlag, FindsWhatWasMeant) {
    const std::vector<std::string> known = {
        "America/New_York", "Etc/UTC", "Europe/Madrid", "GMT", "UTC"
    };
    struct Case {
        const char* given;
        const char* meant;
    };
    for (const Case& c : {
             Case{"utc", "UTC"},
             Case{"Utc", "UTC"},
             Case{"gmt", "GMT"},
             Case{"europe/madrid", "Europe/Madrid"},
             Case{"Madrid", "Europe/Madrid"},
             Case{"New York", "America/New_York"},
             Case{"America/New_Yrok", "America/New_York"},
             Case{"", ""},
             Case{"Mars/Olympus_Mons", ""},
         }) {
        EXPECT_EQ(nearest_zone(c.given, known), c.meant) << c.given;
    }
}

// Goal: the machine's own names are offered.
TEST(TimeZoneFlag, OffersTheMachinesNames) {
    EXPECT_TRUE(find_time_zone("UTC"));
    const auto wrong = find_time_zone("utc");
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().code, base::Errc::invalid_argument);
    EXPECT_THAT(wrong.error().detail, testing::HasSubstr("did you mean 'UTC'?"));
}

}  // namespace
}  // namespace flightcast::app::cli
