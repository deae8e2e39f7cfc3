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

constexpr const char* kTail = "-0910313b-6000-4f14-8550-dae624a4d13";

// Answers for the group alone.
class GroupQuestions final : public Questions {
  public:
    Result<GroupView> answer{GroupView{}};
    int asked = 0;

    Result<GroupView> group() override {
        ++asked;
        return answer;
    }
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
    Fence fence{questions, "s1", 6s};

    // So many seconds, in each of which the group has these members.
    Fence::State watch(int seconds, std::vector<GroupView::Member> members, bool is_stable = true) {
        questions.answer = GroupView{.is_stable = is_stable, .members = std::move(members)};
        for (int i = 0; i < seconds; ++i) {
            clock.advance(1s);
            fence.serve(clock.steady_now());
        }
        return fence.state();
    }
    void put_up() { fence.put_up({Errc::fenced, "fenced"}); }
    static GroupView::Member member(const std::string& name, char number = '4') {
        return {.id = name + kTail + number, .name = name, .host = "10.0.0.7"};
    }
};

// Goal: a holder of the name that outlives a session is another process, which is told; one that
// goes before, or none at all, lets the member go on.
TEST_F(FenceTest, WatchesTheHolder) {
    EXPECT_EQ(fence.state(), Fence::State::none);
    EXPECT_EQ(fence.serve(clock.steady_now()), base::SteadyTime::max());
    EXPECT_EQ(questions.asked, 0);
    put_up();
    EXPECT_EQ(watch(1, {member("s2"), member("s1-b")}), Fence::State::own);
    put_up();
    EXPECT_EQ(watch(6, {member("s2"), member("s1")}), Fence::State::asked);
    EXPECT_EQ(watch(1, {member("s2")}), Fence::State::own);
    put_up();
    EXPECT_EQ(watch(8, {member("s1")}), Fence::State::asked);
    EXPECT_EQ(watch(1, {member("s1")}), Fence::State::other);
    EXPECT_EQ(fence.error().code, Errc::fenced);
    for (const char* const part : {"fenced", "'s1'", "10.0.0.7", "--instance-id"}) {
        EXPECT_NE(fence.error().detail.find(part), std::string::npos) << fence.error().detail;
    }
    fence.take_away();
    EXPECT_EQ(fence.state(), Fence::State::none);
}

// Goal: the time begins anew with another holder and while the group changes; while its broker does
// not answer it stands still.
TEST_F(FenceTest, WatchesEachHolderForASession) {
    put_up();
    EXPECT_EQ(watch(8, {member("s1", '1')}), Fence::State::asked);
    EXPECT_EQ(watch(8, {member("s1", '2')}), Fence::State::asked);
    EXPECT_EQ(watch(20, {member("s1", '2')}, false), Fence::State::asked);
    EXPECT_EQ(watch(5, {member("s1", '2')}), Fence::State::asked);
    questions.answer = fail(Errc::unavailable, "no answer");
    clock.advance(30s);
    fence.serve(clock.steady_now());
    EXPECT_EQ(watch(2, {member("s1", '2')}), Fence::State::asked);
    EXPECT_EQ(watch(1, {member("s1", '2')}), Fence::State::other);
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
