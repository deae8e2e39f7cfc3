// SPDX-License-Identifier: Apache-2.0
#include "gateway/original/event_names.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace flightcast::gateway::original {
namespace {

using Names = std::vector<std::string>;

// Goal: aliases stand behind the original names, and without any these are all.
TEST(EventNames, AddsAliases) {
    EXPECT_EQ(parse_event_aliases("")->join, Names{"join"});
    const auto names =
        parse_event_aliases("join=subscribe,request_id=uuid,join=subscribe,prediction_failed=no");
    ASSERT_TRUE(names);
    EXPECT_EQ(names->join, (Names{"join", "subscribe"}));
    EXPECT_EQ(names->request_id, (Names{"request_id", "uuid"}));
    EXPECT_EQ(names->prediction_ready, Names{"prediction_ready"});
    EXPECT_EQ(names->prediction_failed, (Names{"prediction_failed", "no"}));
    const auto known = parse_event_aliases("known");
    ASSERT_TRUE(known);
    EXPECT_EQ(known->prediction_ready.size(), 4U);
}

// Goal: an invalid alias is named.
TEST(EventNames, NamesWhatIsWrong) {
    for (const char* wrong : {"joined=x", "join", "join=", "=x", "join=a,,", "Join=x"}) {
        const auto refused = parse_event_aliases(wrong);
        ASSERT_FALSE(refused) << wrong;
        EXPECT_NE(refused.error().detail.find("NAME=ALIAS"), std::string::npos);
    }
}

}  // namespace
}  // namespace flightcast::gateway::original
