// SPDX-License-Identifier: Apache-2.0
#include "app/serve/watch/measured_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "app/serve/watch/data_metrics.h"
#include "base/temporary_folder.h"
#include "store/memory/memory_store.h"

namespace flightcast::app::serve {
namespace {

using testing::HasSubstr;

// Goal: each call is timed, and counted when it failed; its result is the store's.
TEST(MeasuredStore, TimesCallsAndCountsErrors) {
    const base::ManualClock clock;
    telemetry::Metrics metrics;
    auto memory = std::make_unique<store::memory::MemoryStore>(clock);
    memory->fail_puts(1);
    MeasuredStore measured(std::move(memory), clock, metrics);
    EXPECT_FALSE(measured.put({}));
    EXPECT_TRUE(measured.put({}));
    bool found = true;
    measured.find(base::Uuid(), [&found](auto outcome) { found = outcome.value().has_value(); });
    EXPECT_FALSE(found);
    EXPECT_EQ(measured.trim(clock.wall_now(), 10).value(), 0U);
    EXPECT_EQ(measured.count().value(), 0);
    EXPECT_FALSE(measured.is_distant());
    const std::string text = metrics.text();
    EXPECT_THAT(text, HasSubstr("flightcast_store_seconds_count{call=\"put\"} 2\n"));
    EXPECT_THAT(text, HasSubstr("flightcast_store_seconds_count{call=\"find\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("flightcast_store_seconds_count{call=\"trim\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("flightcast_store_errors_total{call=\"put\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("flightcast_store_errors_total{call=\"find\"} 0\n"));
}

// Goal: sizes are those of the files at the time of the text; the room is that of their disk.
TEST(DataMetrics, TellSizes) {
    const base::TemporaryFolder folder;
    telemetry::Metrics metrics;
    add_data_metrics(metrics, folder.path() / "flightcast.db");
    EXPECT_THAT(metrics.text(), HasSubstr("flightcast_data_bytes{file=\"wal\"} 0\n"));
    folder.write("flightcast.db", std::string(123, 'x'));
    folder.write("flightcast.db-wal", std::string(45, 'x'));
    const std::string text = metrics.text();
    EXPECT_THAT(text, HasSubstr("flightcast_data_bytes{file=\"database\"} 123\n"));
    EXPECT_THAT(text, HasSubstr("flightcast_data_bytes{file=\"wal\"} 45\n"));
    EXPECT_THAT(text, testing::Not(HasSubstr("flightcast_data_free_bytes 0\n")));
}

}  // namespace
}  // namespace flightcast::app::serve
