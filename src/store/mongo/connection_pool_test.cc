// SPDX-License-Identifier: Apache-2.0
#include "store/mongo/connection_pool.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace flightcast::store::mongo
