// SPDX-License-Identifier: Apache-2.0
#include "flight/topics/topic_set.h"

#include <gtest/gtest.h>

namespace flightcast::flight {
namespace {

// Goal: every topic is listed once, and the kind of an outcome follows from its topic.
TEST(TopicSet, NamesTopicsByTheirRecords) {
    const TopicSet topics{
        .request = "q",
        .response = "p",
        .dead_letter = "d",
        .arrival = "a",
        .evaluation = "e",
        .models = "m",
        .shadow = "s",
        .model_parts = "b"
    };
    EXPECT_EQ(topics.all(), (std::vector<std::string>{"q", "p", "d", "a", "e", "m", "b", "s"}));
    EXPECT_EQ(topics.outcomes(), (std::vector<std::string>{"p", "d"}));
    EXPECT_EQ(topics.kind_of("p"), OutcomeKind::prediction);
    EXPECT_EQ(topics.kind_of("d"), OutcomeKind::failure);
}

}  // namespace
}  // namespace flightcast::flight
