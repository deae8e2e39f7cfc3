// SPDX-License-Identifier: Apache-2.0
#include "loadtest/recorder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace flightcast::loadtest {
namespace {

using namespace std::chrono_literals;
using Kind = session::SocketEvent::Kind;

constexpr base::SteadyTime kStart{1h};
constexpr ClientId kClient{3};
constexpr std::string_view kId = "8e90da7e-63f5-45f9-8f3d-7d948120e5a2";
constexpr std::string_view kAccepted =
    R"({"status": "OK", "id": "8e90da7e-63f5-45f9-8f3d-7d948120e5a2"})";

base::Uuid the_id() {
    return *base::Uuid::parse(kId);
}

TEST(AcceptedId, OnlyFromAnAcceptance) {
    // Goal: an id counts only beside status OK and when it is a UUID.
    constexpr std::array<std::string_view, 7> kBad = {
        "",
        "OK",
        "[]",
        R"({"status": "OK"})",
        R"({"status": "OK", "id": 7})",
        R"({"status": "OK", "id": "7"})",
        R"({"status": "ERROR", "id": "8e90da7e-63f5-45f9-8f3d-7d948120e5a2"})",
    };
    for (const std::string_view body : kBad) EXPECT_FALSE(parse_accepted_id(body)) << body;
    EXPECT_EQ(parse_accepted_id(kAccepted), the_id());
}

class RecorderTest : public testing::Test {
  protected:
    // Due at 0 s .. 4 s, measured from 2 s on.
    Schedule schedule_{{.per_second = 1, .warmup = 2s, .duration = 3s}, kStart};
    Recorder recorder_{LoadOptions{.duration = 3s, .warmup = 2s}, schedule_};
};

TEST_F(RecorderTest, RefusedAndBrokenPostsOweNothing) {
    // Goal: they are counted by status, the first reason is kept, nothing is to be joined.
    EXPECT_TRUE(recorder_.on_answer(kClient, {kStart, 503, "busy"}, kStart).empty());
    EXPECT_TRUE(recorder_.on_answer(kClient, {kStart, 503, "busy again"}, kStart).empty());
    EXPECT_TRUE(recorder_.on_answer(kClient, {kStart, 200, "<html>"}, kStart).empty());
    recorder_.on_broken("reset");
    const Report report = recorder_.report();
    EXPECT_EQ(report.refused.at(503), 2U);
    EXPECT_EQ(report.broken, 2U);
    EXPECT_EQ(report.tally, Tally{});
    EXPECT_EQ(report.lost, 0U);
    EXPECT_EQ(report.first_problem, "HTTP status 503: busy");
}

TEST_F(RecorderTest, LatenciesCountFromTheIntendedTime) {
    // Goal: a POST sent 1 s late and answered 10 ms after that has a latency of 1010 ms.
    const base::SteadyTime intended = kStart + 2s;
    recorder_.on_sent(intended, intended + 1s);
    EXPECT_THAT(
        recorder_.on_answer(kClient, {intended, 200, kAccepted}, intended + 1'010ms),
        testing::ElementsAre(the_id())
    );
    recorder_.on_join(the_id());
    EXPECT_FALSE(recorder_.on_event(kClient, {Kind::joined, the_id()}, intended + 1'020ms));
    EXPECT_TRUE(recorder_.on_event(kClient, {Kind::prediction_ready, the_id()}, intended + 2s));
    const Report report = recorder_.report();
    EXPECT_EQ(report.send_delay_us.max(), 1'000'000U);
    EXPECT_EQ(report.post_us.max(), 1'010'000U);
    EXPECT_EQ(report.outcome_us.max(), 2'000'000U);
    EXPECT_EQ(report.joined, 1U);
    EXPECT_TRUE(report.is_clean());
}

TEST_F(RecorderTest, WarmupIsCountedButNotMeasured) {
    // Goal: a request due in the warm-up must have its outcome but is in no percentile or rate.
    recorder_.on_sent(kStart, kStart);
    EXPECT_EQ(recorder_.on_answer(kClient, {kStart, 200, kAccepted}, kStart + 1ms).size(), 1U);
    recorder_.on_join(the_id());
    EXPECT_EQ(recorder_.report().lost, 1U);
    EXPECT_TRUE(recorder_.on_event(kClient, {Kind::prediction_failed, the_id()}, kStart + 1s));
    const Report report = recorder_.report();
    EXPECT_EQ(report.sent, 1U);
    EXPECT_EQ(report.tally.failures, 1U);
    EXPECT_EQ(report.send_delay_us.count() + report.post_us.count(), 0U);
    EXPECT_EQ(report.outcome_us.count(), 0U);
    EXPECT_EQ(report.accepted_per_second, 0.0);
}

TEST_F(RecorderTest, AWaitThatEndsIsNoOutcome) {
    // Goal: prediction_failed with final = false leaves the request owed.
    EXPECT_EQ(recorder_.on_answer(kClient, {kStart + 2s, 200, kAccepted}, kStart + 3s).size(), 1U);
    recorder_.on_join(the_id());
    EXPECT_FALSE(
        recorder_.on_event(kClient, {Kind::prediction_failed, the_id(), false}, kStart + 4s)
    );
    EXPECT_EQ(recorder_.report().lost, 1U);
    EXPECT_DOUBLE_EQ(recorder_.report().accepted_per_second, 1.0 / 3);
}

TEST(Recorder, PostOnlyOwesNothing) {
    // Goal: without joins no outcome is expected, but the rate is measured.
    const Schedule schedule({.duration = 2s}, kStart);
    Recorder recorder(LoadOptions{.mode = Mode::post_only, .duration = 2s}, schedule);
    EXPECT_TRUE(recorder.on_answer(kClient, {kStart, 200, kAccepted}, kStart + 1s).empty());
    const Report report = recorder.report();
    EXPECT_EQ(report.tally.accepted, 1U);
    EXPECT_EQ(report.lost, 0U);
    EXPECT_DOUBLE_EQ(report.accepted_per_second, 0.5);
    EXPECT_TRUE(report.is_clean());
}

TEST(AcceptedJson, EveryIdOfTheAnswer) {
    // Goal: one flight's object and a batch's array, and nothing from other JSON.
    const std::string one = R"({"id":"8e90da7e-63f5-45f9-8f3d-7d948120e5a2","status":"pending"})";
    EXPECT_THAT(parse_accepted_json(one), testing::ElementsAre(the_id()));
    EXPECT_EQ(parse_accepted_json("[" + one + "," + one + "]").size(), 2U);
    for (const std::string_view bad : {"", "7", "[7]", "{}", R"({"id":7})", R"([{"id":"x"}])"}) {
        EXPECT_TRUE(parse_accepted_json(bad).empty()) << bad;
    }
}

TEST(Recorder, ABatchIsWhole) {
    // Goal: all flights of a batch count and are owed; an answer that lacks some is a fault.
    const Schedule schedule({.duration = 1s}, kStart);
    const LoadOptions options{.api = Api::json, .batch = 2, .duration = 1s};
    Recorder recorder(options, schedule);
    const std::string first = R"({"id":"8e90da7e-63f5-45f9-8f3d-7d948120e5a2"})";
    const std::string second = R"({"id":"8e90da7e-63f5-45f9-8f3d-7d948120e5a3"})";
    const std::string both = "[" + first + "," + second + "]";
    EXPECT_EQ(recorder.on_answer(kClient, {kStart, 202, both}, kStart).size(), 2U);
    EXPECT_EQ(recorder.report().tally.accepted, 2U);
    EXPECT_EQ(recorder.report().lost, 2U);
    EXPECT_EQ(recorder.report().broken, 0U);
    const std::string third = R"([{"id":"8e90da7e-63f5-45f9-8f3d-7d948120e5a4"}])";
    EXPECT_EQ(recorder.on_answer(kClient, {kStart, 202, third}, kStart).size(), 1U);
    EXPECT_EQ(recorder.report().broken, 1U);
    EXPECT_TRUE(recorder.on_answer(kClient, {kStart, 400, both}, kStart).empty());
}

}  // namespace
}  // namespace flightcast::loadtest
