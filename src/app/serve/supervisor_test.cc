// SPDX-License-Identifier: Apache-2.0
#include "app/serve/supervisor.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

#include "base/clock.h"

namespace flightcast::app::serve {
namespace {

using base::Errc;
using telemetry::HealthScope;

struct Fixture {
    base::SystemClock clock;
    telemetry::Log log{{.level = telemetry::LogLevel::error}, clock};
    telemetry::Health health;
    std::atomic<int> attempts = 0;
    std::atomic<int> attempts_when_begun = 0;

    Supervisor supervise(Dependency dependency, std::function<void(base::Error)> on_end = {}) {
        return Supervisor({
            .dependencies = {std::move(dependency)},
            .health = health,
            .logger = log.stage("test"),
            .on_begun = [this] { attempts_when_begun = attempts.load(); },
            .on_end = std::move(on_end),
        });
    }
    [[nodiscard]] std::string reason() const {
        return health.report(HealthScope::ready).checks.at(0).reason;
    }
};

// Goal: what is away at first is asked again until it is there, and readiness tells for what we
// wait until then; that all is there is said when it is.
TEST(Supervisor, WaitsForWhatIsAway) {
    Fixture fixture;
    std::atomic<int>& attempts = fixture.attempts;
    std::string while_waiting;
    std::promise<void> begun;
    Supervisor supervisor = fixture.supervise({
        .name = "event log",
        .begin = [&]() -> base::Result<void> {
            if (++attempts == 3) while_waiting = fixture.reason();
            if (attempts < 3) return base::fail(Errc::unavailable, "no broker");
            begun.set_value();
            return {};
        },
        .look = {},
    });
    EXPECT_EQ(fixture.reason(), "starting");
    supervisor.start();
    begun.get_future().wait();
    supervisor.stop();
    EXPECT_EQ(attempts, 3);
    EXPECT_EQ(fixture.attempts_when_begun, 3);
    EXPECT_EQ(while_waiting, "no broker");
    EXPECT_TRUE(fixture.health.report(HealthScope::ready).healthy);
}

// Goal: an error that no waiting mends ends the process, with that error.
TEST(Supervisor, GivesUpWhereWaitingIsInVain) {
    Fixture fixture;
    std::promise<base::Error> end;
    std::atomic<bool> has_ended = false;
    Supervisor supervisor = fixture.supervise(
        {.name = "event log",
         .begin = [] { return base::fail(Errc::invalid_argument, "no such setting"); },
         .look = {}},
        [&](base::Error error) {
            if (!has_ended.exchange(true)) end.set_value(std::move(error));
        }
    );
    supervisor.start();
    EXPECT_EQ(end.get_future().get().detail, "no such setting");
}

// Goal: when something stops working after it began, readiness follows, and comes back with it.
TEST(Supervisor, FollowsTroubleAndRecovery) {
    Fixture fixture;
    std::atomic<int> looks = 0;
    std::string in_trouble;
    std::promise<void> recovered;
    Supervisor supervisor = fixture.supervise({
        .name = "store",
        .begin = []() -> base::Result<void> { return {}; },
        .look = [&]() -> base::Result<void> {
            const int look = ++looks;
            if (look == 1) return base::fail(Errc::unavailable, "connection lost");
            if (look == 2) in_trouble = fixture.reason();
            if (look == 3) recovered.set_value();
            return {};
        },
    });
    supervisor.start();
    recovered.get_future().wait();
    supervisor.stop();
    EXPECT_EQ(in_trouble, "connection lost");
    EXPECT_TRUE(fixture.health.report(HealthScope::ready).healthy);
}

}  // namespace
}  // namespace flightcast::app::serve
