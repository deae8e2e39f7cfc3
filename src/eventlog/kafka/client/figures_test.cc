// SPDX-License-Identifier: Apache-2.0
#include "eventlog/kafka/client/figures.h"

#include <gtest/gtest.h>

namespace flightcast::eventlog::kafka {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kStatistics = R"({
    "name": "flightcast#producer-1", "type": "producer", "msg_cnt": 7, "brokers": {
    "a:9092/0": {"tx": 100, "txerrs": 1, "txretries": 2, "rxerrs": 3, "req_timeouts": 4,
                 "rtt": {"avg": 1500, "cnt": 9}},
    "b:9092/1": {"tx": 50, "txerrs": 0, "txretries": 1, "rxerrs": 0, "req_timeouts": 0,
                 "rtt": {"avg": 0, "cnt": 0}}}})";

// Goal: totals are those of all brokers; a broker that answered nothing lately has no round trip.
TEST(ClientFigures, AreThoseOfAllBrokers) {
    const auto figures = parse_figures(kStatistics);
    ASSERT_TRUE(figures) << figures.error().detail;
    EXPECT_EQ(
        *figures,
        (ClientFigures{
            .kind = ClientKind::producer,
            .requests = 150,
            .errors = 8,
            .retries = 3,
            .waiting = 7,
            .round_trips = {1500us}
        })
    );
}

// Goal: another form is refused, and missing numbers count nothing.
TEST(ClientFigures, RefuseAnotherForm) {
    for (const std::string_view text :
         {"", "[]", "{}", R"({"type": "producer"})", R"({"brokers": {}})"}) {
        EXPECT_FALSE(parse_figures(text)) << text;
    }
    const auto empty = parse_figures(R"({"type": "consumer", "brokers": {"a": {}, "b": 1}})");
    ASSERT_TRUE(empty);
    EXPECT_EQ(*empty, ClientFigures{.kind = ClientKind::consumer});
}

// Goal: counters never fall, also when a client begins anew; waiting records may become fewer.
TEST(ClientFigures, Grow) {
    const ClientFigures before{
        .requests = 10, .errors = 5, .retries = 1, .waiting = 9, .round_trips = {}
    };
    const ClientFigures now{
        .requests = 12, .errors = 2, .retries = 1, .waiting = 4, .round_trips = {1ms}
    };
    EXPECT_EQ(
        growth(before, now),
        (ClientFigures{
            .requests = 2, .errors = 2, .retries = 0, .waiting = -5, .round_trips = {1ms}
        })
    );
}

}  // namespace
}  // namespace flightcast::eventlog::kafka
