// SPDX-License-Identifier: Apache-2.0
#include "telemetry/health.h"

#include <gtest/gtest.h>

#include "telemetry/build_info.h"

namespace flightcast::telemetry {
namespace {

// Goal: a program without checks is healthy; one that has a check is not until the check passes.
TEST(Health, ChecksFailUntilTheyPass) {
    Health health;
    EXPECT_TRUE(health.report(HealthScope::ready).healthy);
    health.add("model", HealthScope::ready);
    EXPECT_FALSE(health.report(HealthScope::ready).healthy);
    EXPECT_EQ(
        health.report(HealthScope::ready).to_json(),
        R"({"status":"failing","checks":{"model":"starting"}})"
    );
    health.pass("model");
    EXPECT_EQ(
        health.report(HealthScope::ready).to_json(), R"({"status":"ok","checks":{"model":"ok"}})"
    );
    health.add("model", HealthScope::ready);  // Adding it again changes nothing.
    EXPECT_TRUE(health.report(HealthScope::ready).healthy);
}

// Goal: a check that fails `live` fails `ready` too, but not the other way round.
TEST(Health, ReadyIncludesLive) {
    Health health;
    health.add("log", HealthScope::live);
    health.add("replay", HealthScope::ready);
    health.pass("log");
    EXPECT_TRUE(health.report(HealthScope::live).healthy);
    EXPECT_FALSE(health.report(HealthScope::ready).healthy);
    health.pass("replay");
    health.fail("log", "the disk is full");
    EXPECT_FALSE(health.report(HealthScope::live).healthy);
    EXPECT_FALSE(health.report(HealthScope::ready).healthy);
    const HealthReport report = health.report(HealthScope::live);
    ASSERT_EQ(report.checks.size(), 1U);
    EXPECT_EQ(report.checks[0], (HealthCheck{.name = "log", .reason = "the disk is full"}));
}

// Goal: a note is told with the others and keeps no requests away.
TEST(Health, NotesAreTold) {
    Health health;
    health.add("log", HealthScope::ready);
    health.add("scoring", HealthScope::note);
    health.pass("log");
    health.fail("scoring", "no outcome comes");
    EXPECT_EQ(
        health.report(HealthScope::ready).to_json(),
        R"({"status":"ok","checks":{"log":"ok","scoring":"no outcome comes"}})"
    );
    EXPECT_TRUE(health.report(HealthScope::live).checks.empty());
}

// Goal: a check that was never added is a bug, not a new check.
TEST(HealthDeathTest, UnknownChecksAbort) {
    Health health;
    EXPECT_DEATH(health.pass("modle"), "found");
}

// Goal: the version line names version, commit and build type.
TEST(BuildInfo, LineHasAllParts) {
    const std::string line = build_info_line();
    for (const std::string_view part :
         {build_info().version, build_info().commit, build_info().build_type}) {
        EXPECT_FALSE(part.empty());
        EXPECT_NE(line.find(part), std::string::npos) << line;
    }
}

}  // namespace
}  // namespace flightcast::telemetry
