// SPDX-License-Identifier: Apache-2.0
#include "app/serve/watch/data_condition.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "base/clock.h"

namespace flightcast::app::serve {
namespace {

using base::Errc;
using telemetry::HealthScope;

// Goal: /readyz has the reason for as long as there is one, the folder's before the log's; one line
// says that it turned bad, however often it is noted, and one that it is good again.
TEST(DataCondition, TellsChangesOnce) {
    char* bytes = nullptr;
    std::size_t size = 0;
    std::FILE* const file = open_memstream(&bytes, &size);
    telemetry::Health health;
    const auto reason = [&health] { return health.report(HealthScope::ready).checks.at(0).reason; };
    const base::ManualClock clock;
    {
        telemetry::Log log({.format = telemetry::LogFormat::text, .out = file}, clock);
        DataCondition condition(&health, log.stage("s"));
        EXPECT_EQ(reason(), "");
        for (int i = 0; i < 3; ++i) condition.note_log(base::Error{Errc::full, "disk full"});
        EXPECT_EQ(reason(), "disk full");
        condition.note_folder(base::fail(Errc::io, "folder gone"));
        EXPECT_EQ(reason(), "folder gone");
        condition.note_folder({});
        EXPECT_EQ(reason(), "disk full");
        for (int i = 0; i < 3; ++i) condition.note_log(std::nullopt);
        EXPECT_TRUE(health.report(HealthScope::ready).healthy);
    }
    static_cast<void>(std::fclose(file));
    const std::string text(bytes, size);
    std::free(bytes);
    EXPECT_EQ(text.find("takes nothing"), text.rfind("takes nothing"));
    EXPECT_NE(text.find("takes nothing  reason=\"disk full\""), std::string::npos) << text;
    EXPECT_NE(text.find("takes data again"), std::string::npos);
    EXPECT_EQ(text.find("takes data again"), text.rfind("takes data again"));
}

}  // namespace
}  // namespace flightcast::app::serve
