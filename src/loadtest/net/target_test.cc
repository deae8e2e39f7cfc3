// SPDX-License-Identifier: Apache-2.0
#include "loadtest/net/target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace flightcast::loadtest::net {
namespace {

TEST(Target, RefusesWhatItCannotReach) {
    // Goal: every unusable URL is refused with the URL and the right form.
    constexpr std::array<std::string_view, 14> kBad = {
        "",
        "127.0.0.1:5001",
        "https://127.0.0.1:5001",
        "http://",
        "http://:5001",
        "http://a:",
        "http://a:0",
        "http://a:65536",
        "http://a:80x",
        "http://a:5001/x",
        "http://::1:5001",
        "http://[::1",
        "http://[::1]5001",
        "http://a b:5001"
    };
    for (const std::string_view url : kBad) {
        const auto target = parse_target(url);
        ASSERT_FALSE(target.has_value()) << url;
        EXPECT_EQ(target.error().code, base::Errc::invalid_argument) << url;
        EXPECT_THAT(target.error().detail, testing::HasSubstr("'" + std::string(url) + "'"));
        EXPECT_THAT(target.error().detail, testing::HasSubstr("http://HOST:PORT"));
    }
}

TEST(Target, ReadsHostAndPort) {
    // Goal: names, IPv4 and IPv6 addresses, with and without port and last slash.
    struct Case {
        std::string_view url;
        Target target;
        std::string_view authority;
    };
    const std::array cases = {
        Case{"http://127.0.0.1:5001", {"127.0.0.1", 5001}, "127.0.0.1:5001"},
        Case{"http://127.0.0.1:5001/", {"127.0.0.1", 5001}, "127.0.0.1:5001"},
        Case{"http://localhost", {"localhost", 80}, "localhost:80"},
        Case{"http://[::1]:5001", {"::1", 5001}, "[::1]:5001"},
        Case{"http://[::1]", {"::1", 80}, "[::1]:80"},
    };
    for (const Case& c : cases) {
        const auto target = parse_target(c.url);
        ASSERT_TRUE(target.has_value()) << c.url;
        EXPECT_EQ(*target, c.target) << c.url;
        EXPECT_EQ(target->authority(), c.authority) << c.url;
    }
}

}  // namespace
}  // namespace flightcast::loadtest::net
