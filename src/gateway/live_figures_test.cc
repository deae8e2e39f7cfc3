// SPDX-License-Identifier: Apache-2.0
#include "gateway/live_figures.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "gateway/engineio/engineio_testing.h"
#include "gateway/socketio/server.h"

namespace flightcast::gateway {
namespace {

using namespace std::chrono_literals;

// Goal: without a page no figure is computed and nothing is due, however much is judged.
TEST(LiveFigures, ComputesNothingWithoutPages) {
    base::ManualClock clock;
    base::SystemRandom random;
    socketio::Server server({}, random);
    int computed = 0;
    LiveFigures live({.clock = clock, .pages = server.of(kLiveNamespace), .figures = [&] {
                          ++computed;
                          return std::string("{}");
                      }});
    live.note_change();
    EXPECT_EQ(live.next_deadline(), std::nullopt);
    live.expire(clock.steady_now() + 1h);
    EXPECT_EQ(computed, 0);
}

// Goal: a page is told of the first change soon, of many that follow at most twice a second, and of
// the last of them for certain.
TEST(LiveFigures, TellsOfChangesNowAndThen) {
    base::ManualClock clock;
    base::SystemRandom random;
    socketio::Server server({}, random);
    int judged = 0;
    LiveFigures live({.clock = clock, .pages = server.of(kLiveNamespace), .figures = [&] {
                          return "{\"judged\":" + std::to_string(judged) + "}";
                      }});
    engineio::FakeClient client(server.engine(), "/socket.io/");
    client.now = clock.steady_now();
    const auto link = client.open("transport=websocket");
    client.say(*link, "40/live,");
    link->take();

    std::string told;
    for (int i = 1; i <= 100; ++i) {
        judged = i;
        live.note_change();
        live.expire(clock.steady_now());
        server.engine().flush(clock.steady_now());
        told += link->take();
        clock.advance(10ms);
    }
    EXPECT_EQ(
        told,
        R"(42/live,["performance",{"judged":1}])"
        R"(42/live,["performance",{"judged":51}])"
    );
    ASSERT_TRUE(live.next_deadline());
    clock.advance(500ms);
    live.expire(clock.steady_now());
    server.engine().flush(clock.steady_now());
    EXPECT_EQ(link->take(), R"(42/live,["performance",{"judged":100}])");
    EXPECT_EQ(live.next_deadline(), std::nullopt);
}

}  // namespace
}  // namespace flightcast::gateway
