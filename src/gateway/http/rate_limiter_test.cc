// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/rate_limiter.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace flightcast::gateway::http {
namespace {

using namespace std::chrono_literals;

constexpr base::SteadyTime kStart{1h};

// Goal: a burst passes, then one in each interval; every address has its own.
TEST(RateLimiter, KeepsEachAddressToItsRate) {
    RateLimiter limiter({.per_second = 10, .burst = 3});
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(limiter.allow("127.0.0.1", kStart)) << i;
    EXPECT_FALSE(limiter.allow("127.0.0.1", kStart));
    EXPECT_TRUE(limiter.allow("127.0.0.2", kStart));
    EXPECT_FALSE(limiter.allow("127.0.0.1", kStart + 99ms));
    EXPECT_TRUE(limiter.allow("127.0.0.1", kStart + 100ms));
    EXPECT_FALSE(limiter.allow("127.0.0.1", kStart + 100ms));
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(limiter.allow("127.0.0.1", kStart + 1s)) << i;
    EXPECT_FALSE(limiter.allow("127.0.0.1", kStart + 1s));
}

// Goal: without a rate nothing is refused and nothing is kept.
TEST(RateLimiter, MayBeOff) {
    RateLimiter limiter({});
    for (int i = 0; i < 1'000; ++i) EXPECT_TRUE(limiter.allow("127.0.0.1", kStart));
    EXPECT_EQ(limiter.addresses(), 0U);
}

// Goal: the addresses of one IPv6 network are one client, those of another are not.
TEST(RateLimiter, TakesANetworkForOneClient) {
    RateLimiter limiter({.per_second = 1});
    EXPECT_TRUE(limiter.allow("2001:db8::1", kStart));
    EXPECT_FALSE(limiter.allow("2001:db8::ffff", kStart));
    EXPECT_TRUE(limiter.allow("2001:db8:0:1::1", kStart));
}

// Goal: memory is bounded: addresses over the bound share one rate, and idle ones make room.
TEST(RateLimiter, IsBounded) {
    RateLimiter limiter({.per_second = 1}, 100);
    for (int i = 0; i < 100; ++i) EXPECT_TRUE(limiter.allow(std::to_string(i), kStart));
    EXPECT_TRUE(limiter.allow("new", kStart));
    EXPECT_FALSE(limiter.allow("newer", kStart));
    EXPECT_EQ(limiter.addresses(), 100U);
    EXPECT_TRUE(limiter.allow("newer", kStart + 1s));
    EXPECT_EQ(limiter.addresses(), 1U);
}

}  // namespace
}  // namespace flightcast::gateway::http
