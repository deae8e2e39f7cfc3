// SPDX-License-Identifier: Apache-2.0
#include "eventlog/membership/fence.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace flightcast::eventlog::membership {
namespace {

using namespace std::chrono_literals;

using base::Errc;
using base::fail;
using base::Result;

constexpr const char* kTail = "-0910313b-6000-4f14-8550-dae624a4d138";

// Answers for the group alone.
class GroupQuestions final : public Questions {
  public:
    Result<GroupView> answer{GroupView{}};
    std::string own = "mark-1";
    int asked = 0;

    Result<GroupView> group() override {
        ++asked;
        return answer;
    }
    std::string client() override { return own; }

    std::string member_id() override { return {}; }
    Result<std::vector<Committed>> committed(const std::vector<TopicPartition>& /*all*/) override {
        return std::vector<Committed>{};
    }
    Result<PartitionRange> range(const TopicPartition& at) override {
        return PartitionRange{at.partition, Offset(0), Offset(0)};
    }
    Result<std::vector<Position>> offsets(
        const std::vector<TopicPartition>& /*all*/, const Start& /*where*/
    ) override {
        return std::vector<Position>{};
    }
    std::vector<Probe> probe(const std::vector<Position>& /*places*/) override { return {}; }
    Result<std::vector<TopicPartition>> partitions(
        const std::vector<std::string>& /*topics*/
    ) override {
        return std::vector<TopicPartition>{};
    }
};

struct FenceTest : testing::Test {
    base::ManualClock clock;
    GroupQuestions questions;
    Fence fence{questions, "s1"};

    Fence::State state_with(std::vector<GroupView::Member> members) {
        questions.answer = GroupView{.members = std::move(members)};
        fence.put_up({Errc::fenced, "fenced"});
        clock.advance(1s);
        fence.serve(clock.steady_now());
        return fence.state();
    }
    static GroupView::Member member(const std::string& name, const std::string& client) {
        return {.id = name + kTail, .name = name, .client = client, .host = "10.0.0.7"};
    }
};

// Goal: the name's holder decides: this member's own client or no member lets it go on; another
// client does not, and is named.
TEST_F(FenceTest, AsksForTheHolder) {
    EXPECT_EQ(fence.state(), Fence::State::none);
    EXPECT_EQ(fence.serve(clock.steady_now()), base::SteadyTime::max());
    EXPECT_EQ(questions.asked, 0);
    EXPECT_EQ(state_with({}), Fence::State::own);
    EXPECT_EQ(state_with({member("s1", "mark-1")}), Fence::State::own);
    EXPECT_EQ(state_with({member("s2", "mark-2"), member("s1-b", "mark-3")}), Fence::State::own);
    EXPECT_EQ(state_with({member("s2", "mark-1"), member("s1", "mark-2")}), Fence::State::other);
    EXPECT_EQ(fence.error().code, Errc::fenced);
    for (const char* const part : {"fenced", "'s1'", "10.0.0.7", "mark-2", "--instance-id"}) {
        EXPECT_NE(fence.error().detail.find(part), std::string::npos) << fence.error().detail;
    }
    fence.take_away();
    EXPECT_EQ(fence.state(), Fence::State::none);
}

// Goal: a client whose mark others may have, too, goes on only when its name has no holder.
TEST_F(FenceTest, WithoutAMarkAnyHolderIsAnother) {
    questions.own.clear();
    EXPECT_EQ(state_with({member("s1", "flightcast")}), Fence::State::other);
    EXPECT_EQ(state_with({member("s2", "flightcast")}), Fence::State::own);
}

// Goal: without an answer the group is asked again, every second; a group that no broker knows has
// no members.
TEST_F(FenceTest, AsksUntilThereIsAnAnswer) {
    questions.answer = fail(Errc::unavailable, "no answer");
    fence.put_up({Errc::fenced, "fenced"});
    for (int second = 0; second < 5; ++second) {
        EXPECT_EQ(fence.serve(clock.steady_now()), clock.steady_now() + 1s);
        EXPECT_EQ(fence.serve(clock.steady_now() + 500ms), clock.steady_now() + 1s);
        EXPECT_EQ(questions.asked, second + 1);
        EXPECT_EQ(fence.state(), Fence::State::asked);
        clock.advance(1s);
    }
    questions.answer = fail(Errc::not_found, "no such group");
    fence.serve(clock.steady_now());
    EXPECT_EQ(fence.state(), Fence::State::own);
}

}  // namespace
}  // namespace flightcast::eventlog::membership
