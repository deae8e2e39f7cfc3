// SPDX-License-Identifier: Apache-2.0
#include "store/mongo/connection_pool.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace flightcast::store::mongo {
namespace {

// Goal: a caller that gets no connection in the URI's time is told so, and how to change it; a
// returned connection serves the next caller.
TEST(ConnectionPool, SaysThatNoConnectionCameFree) {
    const auto pool =
        ConnectionPool::open({.uri = "mongodb://127.0.0.1:1/?maxPoolSize=1&waitQueueTimeoutMS=10"});
    ASSERT_TRUE(pool);
    {
        const auto first = (*pool)->lease();
        ASSERT_TRUE(first);
        EXPECT_NE(first->client(), nullptr);
        const auto second = (*pool)->lease();
        ASSERT_FALSE(second);
        EXPECT_EQ(second.error().code, base::Errc::unavailable);
        for (const char* const part : {"127.0.0.1:1", "maxPoolSize", "waitQueueTimeoutMS"}) {
            EXPECT_NE(second.error().detail.find(part), std::string::npos) << second.error().detail;
        }
    }
    EXPECT_TRUE((*pool)->lease());
}

// Goal: a server gives a query up before this side stops waiting for it, also where the URI has a
// time limit of its own.
TEST(ConnectionPool, LimitsQueriesOnTheServer) {
    using namespace std::chrono_literals;
    const auto query_time = [](const std::string& uri) {
        const auto pool = ConnectionPool::open({.uri = uri, .answer_timeout = 8s});
        return pool.value()->query_time();
    };
    EXPECT_EQ(query_time("mongodb://127.0.0.1:1/"), 6s);
    EXPECT_EQ(query_time("mongodb://127.0.0.1:1/?socketTimeoutMS=2000"), 1'500ms);
    EXPECT_EQ(query_time("mongodb://127.0.0.1:1/?socketTimeoutMS=0"), 0ms);
}

}  // namespace
}  // namespace flightcast::store::mongo
