// SPDX-License-Identifier: Apache-2.0
#include "store/mongo/mongo_distances.h"

#include <gtest/gtest.h>

#include <fstream>
#include <future>
#include <iterator>

#include "store/mongo/distance_refresher.h"
#include "store/mongo/flaky_proxy_testing.h"
#include "store/mongo/live_mongo_testing.h"

namespace flightcast::store::mongo {
namespace {

using base::Errc;
using flight::RouteTable;
using Imported = MongoDistances::Imported;

RouteTable table(const std::string& lines) {
    return RouteTable::parse(lines).value();
}

// Goal: the reference data are stored and read as they are; storing them again changes nothing.
TEST(MongoDistances, TakesTheReferenceData) {
    LiveMongo live;
    std::ifstream file(std::string(FLIGHTCAST_SOURCE_DIR) + "/data/origin_dest_distances.jsonl");
    const RouteTable routes = table({std::istreambuf_iterator<char>(file), {}});
    const auto distances = MongoDistances::open(live.options()).value();
    EXPECT_EQ(distances->read().error().code, Errc::not_found);
    EXPECT_EQ(distances->import(routes), (Imported{.added = routes.size()}));
    EXPECT_EQ(distances->import(routes), (Imported{.unchanged = routes.size()}));
    const auto read = distances->read();
    ASSERT_TRUE(read) << read.error().detail;
    EXPECT_EQ(read->routes.sorted(), routes.sorted());
    EXPECT_EQ(read->passed_over, 0U);
}

// Goal: a distance that differs is corrected, other routes stay; documents of other writers are
// read with numbers of any type, and those that are not routes are skipped and counted.
TEST(MongoDistances, CorrectsAndKeeps) {
    LiveMongo live;
    live.insert_json(
        "origin_dest_distances", R"({"Origin": "ATL", "Dest": "SFO", "Distance": 2139})"
    );
    live.insert_json(
        "origin_dest_distances", R"({"Origin": "EWR", "Dest": "JFK", "Distance": 20.5})"
    );
    live.insert_json(
        "origin_dest_distances", R"({"Origin": "EWR", "Dest": "JFK", "Distance": 99.0})"
    );
    live.insert_json(
        "origin_dest_distances", R"({"Origin": "EWR", "Dest": null, "Distance": 1.0})"
    );
    live.insert_json("origin_dest_distances", R"({"Carrier": "AA"})");
    const auto distances = MongoDistances::open(live.options()).value();
    const auto before = distances->read();
    ASSERT_TRUE(before) << before.error().detail;
    EXPECT_EQ(before->passed_over, 2U);
    EXPECT_EQ(before->routes.distance("ATL", "SFO"), 2139.0);
    EXPECT_EQ(before->routes.distance("EWR", "JFK"), 20.5);
    const RouteTable correct = table(
        R"({"Origin": "EWR", "Dest": "JFK", "Distance": 21.0})"
        "\n"
        R"({"Origin": "JFK", "Dest": "LAX", "Distance": 2475.0})"
    );
    EXPECT_EQ(distances->import(correct), (Imported{.added = 1, .changed = 1}));
    const auto after = distances->read();
    ASSERT_TRUE(after);
    EXPECT_EQ(after->routes.distance("ATL", "SFO"), 2139.0);
    EXPECT_EQ(after->routes.distance("EWR", "JFK"), 21.0);
    EXPECT_EQ(after->routes.distance("JFK", "LAX"), 2475.0);
}

// Goal: while the server is away the known routes stay in force and the reason is told; as soon as
// it is there its routes are in force by themselves.
TEST(DistanceRefresher, FollowsTheServer) {
    LiveMongo live;
    live.insert_json(
        "origin_dest_distances", R"({"Origin": "ATL", "Dest": "SFO", "Distance": 2139})"
    );
    FlakyProxy proxy(live.port());
    proxy.set(FlakyProxy::Mode::refuse);
    flight::ActiveRoutes routes(table(R"({"Origin":"EWR","Dest":"JFK","Distance":21.0})"));
    MongoOptions options = live.options_through(proxy.port());
    std::promise<std::string> trouble;
    std::promise<void> end;
    int told = 0;
    options.warn = [&](const std::string& text) {
        if (++told == 1) trouble.set_value(text);
        if (told == 2) end.set_value();
    };
    const auto refresher =
        DistanceRefresher::start(options, routes, std::chrono::milliseconds(10)).value();
    const std::string text = trouble.get_future().get();
    EXPECT_NE(text.find("those known are used"), std::string::npos) << text;
    EXPECT_FALSE(refresher->ready());
    EXPECT_EQ(routes.snapshot()->distance("EWR", "JFK"), 21.0);
    proxy.set(FlakyProxy::Mode::forward);
    end.get_future().wait();
    EXPECT_EQ(routes.snapshot()->distance("ATL", "SFO"), 2139.0);
    EXPECT_FALSE(routes.snapshot()->distance("EWR", "JFK"));
    while (!refresher->ready()) {
    }
}

}  // namespace
}  // namespace flightcast::store::mongo
