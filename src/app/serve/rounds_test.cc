// SPDX-License-Identifier: Apache-2.0
#include "app/serve/rounds.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "app/serve/needed_rights.h"

namespace flightcast::app::serve {
namespace {

using namespace std::chrono_literals;
using base::SteadyTime;
using telemetry::HealthScope;
using Texts = std::vector<std::string>;

struct RoundsTest : testing::Test {
    base::ManualClock clock;
    base::SystemClock line_clock;
    telemetry::Log lines{{.level = telemetry::LogLevel::error, .out = stdout}, line_clock};
    telemetry::Health health;
    Texts diary;
    Texts of_first;
    Texts of_last;

    RoundQuestion question(const std::string& check, HealthScope scope, Texts& answer) {
        return {check, scope, [this, check, &answer] {
                    diary.push_back(check);
                    return answer;
                }};
    }
    Rounds rounds() {
        return {
            {question("rights", HealthScope::ready, of_first),
             question("readers", HealthScope::note, diary_of_none),
             question("rights", HealthScope::ready, of_last)},
            health,
            lines.stage("test")
        };
    }
    // Steps until nothing is due any more; how long until the next round.
    SteadyTime::duration settle(Rounds& rounds) const {
        while (true) {
            const SteadyTime next = rounds.step(clock.steady_now());
            if (next > clock.steady_now()) return next - clock.steady_now();
        }
    }
    std::string report() { return health.report(HealthScope::ready).to_json(); }

    Texts diary_of_none;
};

// Goal: every question is asked once in a round, one in a step; before the first round all is well.
TEST_F(RoundsTest, AskOneQuestionInAStep) {
    Rounds asked = rounds();
    EXPECT_TRUE(health.report(HealthScope::ready).healthy);
    EXPECT_LE(asked.step(clock.steady_now()), clock.steady_now());
    EXPECT_EQ(diary, Texts{"rights"});
    EXPECT_EQ(settle(asked), 60s);
    EXPECT_EQ(diary, (Texts{"rights", "readers", "rights"}));
    clock.advance(59s);
    EXPECT_EQ(settle(asked), 1s);
    clock.advance(1s);
    settle(asked);
    EXPECT_EQ(diary.size(), 6U);
    asked.end_by(clock.steady_now());
    EXPECT_TRUE(asked.has_ended());
}

// Goal: what questions of one check find is told together, in health and with its scope; it is
// looked at again sooner, and passes when it is mended.
TEST_F(RoundsTest, TellWhatIsWrong) {
    Rounds asked = rounds();
    of_first = {"one", "two"};
    of_last = {"three"};
    EXPECT_EQ(settle(asked), 10s);
    EXPECT_FALSE(health.report(HealthScope::ready).healthy);
    EXPECT_NE(report().find(R"("rights":"one; two; three")"), std::string::npos) << report();
    EXPECT_NE(report().find(R"("readers":"ok")"), std::string::npos) << report();
    of_first.clear();
    of_last.clear();
    clock.advance(10s);
    EXPECT_EQ(settle(asked), 60s);
    EXPECT_TRUE(health.report(HealthScope::ready).healthy);
}

// Goal: nothing to ask, nothing to do.
TEST_F(RoundsTest, MayHaveNoQuestions) {
    Rounds asked({}, health, lines.stage("test"));
    EXPECT_EQ(asked.step(clock.steady_now()), SteadyTime::max());
}

// Goal: each role needs the rights of docs/kafka.md and no others.
TEST(NeededRights, AreThoseOfTheRole) {
    using eventlog::kafka::NeededRight;
    using Kind = NeededRight::Kind;
    options::ServeOptions options{.kafka = "k:9092"};
    options.request_topic = "q";
    options.response_topic = "r";
    options.dead_letter_topic = "d";
    options.scorer_group = "s";
    options.archiver_group = "a";
    const std::vector<NeededRight> gateway = {
        {Kind::write, "q"}, {Kind::read, "r"}, {Kind::read, "d"}
    };
    EXPECT_EQ(needed_rights(Role::gateway, options), gateway);
    const std::vector<NeededRight> scorer = {
        {Kind::join, "q", "s"}, {Kind::write, "r"}, {Kind::write, "d"}
    };
    EXPECT_EQ(needed_rights(Role::scorer, options), scorer);
    options.mongo = "mongodb://db/";
    const std::vector<NeededRight> with_store = {
        {Kind::write, "q"},
        {Kind::read, "r"},
        {Kind::look, "r", "a"},
        {Kind::read, "d"},
        {Kind::look, "d", "a"}
    };
    EXPECT_EQ(needed_rights(Role::gateway, options), with_store);
    EXPECT_EQ(needed_rights(Role::scorer, options).size(), 5U);
    EXPECT_EQ(needed_rights(Role::serve, options).size(), 10U);
    options.archive = options::Archive::off;
    EXPECT_EQ(needed_rights(Role::gateway, options), gateway);
    EXPECT_EQ(needed_rights(Role::scorer, options), scorer);
}

}  // namespace
}  // namespace flightcast::app::serve
