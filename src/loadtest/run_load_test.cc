// SPDX-License-Identifier: Apache-2.0
#include "loadtest/run_load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <limits>

namespace flightcast::loadtest {
namespace {

using namespace std::chrono_literals;
using base::Errc;
using testing::HasSubstr;

base::Result<Report> run(const LoadOptions& options) {
    const base::SystemClock clock;
    base::SeededRandom random(1);
    return run_load(options, clock, random, [](const Progress&) {});
}

TEST(RunLoad, WrongOptionsNameTheirFlag) {
    // Goal: every value out of range is refused before anything is sent.
    struct Case {
        LoadOptions options;
        std::string_view flag;
    };
    const std::array cases = {
        Case{{.rate = -1}, "--rate"},
        Case{{.rate = std::numeric_limits<double>::quiet_NaN()}, "--rate"},
        Case{{.rate = 2e6}, "--rate"},
        Case{{.connections = 0}, "--connections"},
        Case{{.idle_connections = 20'000}, "--idle-connections"},
        Case{{.duration = -1s}, "negative"},
        Case{{.rate = 1e5, .duration = 24h}, "--duration"},
        Case{{.requests = 10'000'001}, "--requests"},
        Case{{.api = Api::json, .batch = 1'001}, "--batch"},
        Case{{.api = Api::json, .batch = 0}, "--batch"},
        Case{{.batch = 2}, "--api json"},
        Case{{.api = Api::json, .batch = 1'000, .requests = 10'001}, "--batch"},
        Case{{.http_connections = 20'001}, "--http-connections"},
        Case{{.storm_every = -1s}, "negative"},
        Case{{.target = {"192.0.2.1", 5001}}, "--allow-remote"},
    };
    for (const Case& c : cases) {
        const auto report = run(c.options);
        ASSERT_FALSE(report.has_value()) << c.flag;
        EXPECT_EQ(report.error().code, Errc::invalid_argument) << c.flag;
        EXPECT_THAT(report.error().detail, HasSubstr(c.flag));
    }
}

TEST(RunLoad, NoServerThere) {
    // Goal: a port where nothing listens (tcpmux, never used) is an error that names the way out.
    const auto report = run({.target = {"127.0.0.1", 1}});
    ASSERT_FALSE(report.has_value());
    EXPECT_EQ(report.error().code, Errc::unavailable);
    EXPECT_THAT(report.error().detail, HasSubstr("http://127.0.0.1:1"));
    EXPECT_THAT(report.error().detail, HasSubstr("flightcast serve"));
}

TEST(RunLoad, NoSuchServerProcess) {
    // Goal: a wrong --pid is said at the start, not left out at the end.
    const auto report = run({.pid = -1});
    ASSERT_FALSE(report.has_value());
    EXPECT_THAT(report.error().detail, HasSubstr("--pid"));
}

}  // namespace
}  // namespace flightcast::loadtest
