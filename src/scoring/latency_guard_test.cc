// SPDX-License-Identifier: Apache-2.0
#include "scoring/latency_guard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace flightcast::scoring {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct LatencyGuardTest : testing::Test {
    base::ManualClock clock;
    std::chrono::microseconds each = 1us;
    std::vector<std::string> told;
    const Model model = with_latency_guard(
        {.id = "m@1",
         .answer =
             [this](std::span<const flight::Request> requests) {
                 clock.advance(each * static_cast<std::int64_t>(requests.size()));
                 return std::vector<flight::Answer>(requests.size());
             },
         .on_fault = [this](const std::string& reason) { told.push_back(reason); }},
        clock
    );

    void ask(std::size_t requests, std::chrono::microseconds time) {
        each = time;
        const std::vector<flight::Request> batch(requests);
        EXPECT_EQ(model.answer(batch).size(), requests);
    }
};

TEST_F(LatencyGuardTest, TellsAModelThatStaysSlow) {
    // Goal: five slow batches in a row are told, each of which is answered; by then a model that
    // takes 11 ms has answered five requests.
    for (int i = 0; i < kSlowBatches - 1; ++i) ask(1, 11ms);
    EXPECT_THAT(told, IsEmpty());
    ask(1, 11ms);
    ASSERT_THAT(told, SizeIs(1));
    EXPECT_THAT(told[0], HasSubstr("it takes 11000 us for a request"));
}

TEST_F(LatencyGuardTest, APauseOfTheMachineIsNoFault) {
    // Goal: one or a few slow batches between others, and large batches that take their time, are
    // not told.
    for (int round = 0; round < 20; ++round) {
        for (int i = 0; i < kSlowBatches - 1; ++i) ask(3, 1s);
        ask(512, 9ms);
    }
    EXPECT_THAT(told, IsEmpty());
}

}  // namespace
}  // namespace flightcast::scoring
