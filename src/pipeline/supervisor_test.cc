// SPDX-License-Identifier: Apache-2.0
#include "pipeline/supervisor.h"

#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <utility>
#include <vector>

namespace flightcast::pipeline {
namespace {

using namespace std::chrono_literals;
using base::Errc;
using base::Error;
using base::Result;
using base::SteadyTime;
using telemetry::HealthScope;

// A dependency whose calls follow the script of the test, then succeed.
struct Scripted {
    std::deque<Error> begins;
    std::deque<Error> looks;
    int begun = 0;
    int looked = 0;

    Dependency dependency(std::string name) {
        return {
            .name = std::move(name),
            .begin = [this] { return next(begins, begun); },
            .look = [this] { return next(looks, looked); }
        };
    }
    static Result<void> next(std::deque<Error>& errors, int& calls) {
        ++calls;
        if (errors.empty()) return {};
        Error error = errors.front();
        errors.pop_front();
        if (error.detail.empty()) return {};
        return std::unexpected(error);
    }
};

struct SupervisorTest : testing::Test {
    base::SystemClock clock;
    telemetry::Log log{{.level = telemetry::LogLevel::error, .out = stdout}, clock};
    telemetry::Health health;
    Scripted broker;
    Scripted store;
    int begun = 0;
    std::vector<Error> ends;
    SteadyTime now{1h};

    Supervisor make(std::vector<Dependency> dependencies) {
        return Supervisor({
            .dependencies = std::move(dependencies),
            .health = health,
            .logger = log.stage("test"),
            .on_begun = [this] { ++begun; },
            .on_end = [this](Error error) { ends.push_back(std::move(error)); },
        });
    }
    // Steps until everything was looked at once and the pause after it is over.
    void look(Supervisor& supervisor) {
        SteadyTime due = now;
        while (due <= now) due = supervisor.step(now);
        now = due;
    }
    [[nodiscard]] std::string reason(std::size_t check = 0) const {
        return health.report(HealthScope::ready).checks.at(check).reason;
    }
};

// Goal: what is away at first is asked again until it is there, and readiness tells for what this
// process waits until then; that everything has begun is told once.
TEST_F(SupervisorTest, WaitsForWhatIsAway) {
    broker.begins = {{Errc::unavailable, "no broker"}, {Errc::timeout, "no answer"}};
    Supervisor supervisor = make({broker.dependency("event log")});
    EXPECT_EQ(reason(), "starting");
    look(supervisor);
    EXPECT_EQ(reason(), "no broker");
    look(supervisor);
    EXPECT_EQ(reason(), "no answer");
    EXPECT_EQ(begun, 0);
    look(supervisor);
    EXPECT_TRUE(health.report(HealthScope::ready).healthy);
    EXPECT_EQ(begun, 1);
    look(supervisor);
    EXPECT_EQ(broker.begun, 3);
    EXPECT_EQ(broker.looked, 1);
    EXPECT_EQ(begun, 1);
    EXPECT_TRUE(ends.empty());
}

// Goal: pauses double up to a second and begin when the calls have returned, however long they
// took.
TEST_F(SupervisorTest, PausesAfterItsCalls) {
    std::chrono::milliseconds call{0};
    Supervisor supervisor = make({{
        .name = "event log",
        .begin = [&]() -> Result<void> {
            now += call;
            return base::fail(Errc::unavailable, "no broker");
        },
        .look = {},
    }});
    for (const std::chrono::milliseconds pause : {200ms, 400ms, 800ms, 1000ms, 1000ms}) {
        call += 700ms;
        // The calls take some time: only the next step knows how long.
        const SteadyTime due = supervisor.step(now);
        EXPECT_LT(due, now);
        EXPECT_EQ(supervisor.step(now), now + pause);
        EXPECT_EQ(supervisor.step(now + pause - 1ms), now + pause);
        now += pause;
    }
}

// Goal: one dependency that is away does not keep another from beginning; only together they have
// begun.
TEST_F(SupervisorTest, BeginsEachByItself) {
    broker.begins = {{Errc::unavailable, "no broker"}};
    Supervisor supervisor = make({broker.dependency("event log"), store.dependency("store")});
    look(supervisor);
    EXPECT_EQ(reason(0), "no broker");
    EXPECT_EQ(reason(1), "");
    EXPECT_EQ(begun, 0);
    look(supervisor);
    EXPECT_EQ(reason(0), "");
    EXPECT_EQ(begun, 1);
}

// Goal: an error that no waiting mends ends the process, with that error; another does not.
TEST_F(SupervisorTest, GivesUpWhereWaitingIsInVain) {
    broker.begins = {
        {Errc::unavailable, "no broker"},
        {Errc::invalid_argument, "no such setting"},
        {Errc::fenced, "fenced"},
        {Errc::unsupported, "too old"}
    };
    Supervisor supervisor = make({broker.dependency("event log")});
    look(supervisor);
    EXPECT_TRUE(ends.empty());
    for (const std::string detail : {"no such setting", "fenced", "too old"}) {
        look(supervisor);
        ASSERT_FALSE(ends.empty());
        EXPECT_EQ(ends.back().detail, detail);
    }
    EXPECT_EQ(begun, 0);
}

// Goal: when something stops working after it began, readiness follows, and comes back with it;
// what has no look of its own stays passed.
TEST_F(SupervisorTest, FollowsTroubleAndRecovery) {
    broker.looks = {{Errc::io, ""}, {Errc::unavailable, "connection lost"}};
    Dependency unseen = store.dependency("store");
    unseen.look = {};
    Supervisor supervisor = make({broker.dependency("event log"), unseen});
    look(supervisor);
    look(supervisor);
    EXPECT_EQ(reason(), "");
    look(supervisor);
    EXPECT_EQ(reason(), "connection lost");
    EXPECT_EQ(reason(1), "");
    look(supervisor);
    EXPECT_EQ(reason(), "");
    EXPECT_EQ(broker.looked, 3);
    EXPECT_EQ(store.looked, 0);
}

// Goal: it ends at once, without another call.
TEST_F(SupervisorTest, EndsAtOnce) {
    Supervisor supervisor = make({broker.dependency("event log")});
    look(supervisor);
    supervisor.end_by(now + 1h);
    EXPECT_TRUE(supervisor.has_ended());
    EXPECT_EQ(broker.looked, 0);
}

}  // namespace
}  // namespace flightcast::pipeline
