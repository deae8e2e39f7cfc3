// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/preferences.h"

#include <gtest/gtest.h>

namespace flightcast::gateway::http {
namespace {

Headers with(std::string_view name, std::string_view value) {
    Headers headers;
    headers.add("Host", "x");
    headers.add(name, value);
    return headers;
}

TEST(Preferences, TheClosestRangeDecidesOnTheType) {
    // Goal: Accept as clients really send it, and its odd forms (RFC 9110, 12.5.1).
    struct Case {
        std::string_view accept;
        bool wanted;
    };
    const Case cases[] = {
        {"application/json", true},
        {"*/*", true},
        {"*", true},
        {"application/*", true},
        {"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", true},
        {"APPLICATION/JSON ; charset=utf-8", true},
        {"", true},
        {" , ", true},
        {"text/html", false},
        {"application/jsonp", false},
        {"text/*", false},
        {"application/json;q=0", false},
        {"*/*, application/json;q=0.000", false},
        {"application/json;q=0, */*", false},
        {"application/*;q=0, */*;q=1", false},
        {"*/*;q=0, application/json;q=0.001", true},
        {"application/json; level=1; Q=0.0", false},
    };
    for (const Case& c : cases) {
        EXPECT_EQ(accepts_type(with("Accept", c.accept), "application/json"), c.wanted) << c.accept;
    }
    EXPECT_TRUE(accepts_type(Headers(), "application/json"));
}

TEST(Preferences, AnEncodingMustBeNamed) {
    // Goal: nothing is compressed for a client that did not ask, or that refused.
    struct Case {
        std::string_view accept;
        bool wanted;
    };
    const Case cases[] = {
        {"gzip, deflate, br", true},
        {"br;q=0.1", true},
        {"*", true},
        {"identity;q=0, *;q=0.5", true},
        {"", false},
        {"gzip", false},
        {"brotli", false},
        {"br;q=0", false},
        {"br;q=0, *", false},
        {"*;q=0", false},
    };
    for (const Case& c : cases) {
        EXPECT_EQ(accepts_encoding(with("accept-encoding", c.accept), "br"), c.wanted) << c.accept;
    }
    EXPECT_FALSE(accepts_encoding(Headers(), "br"));
}

TEST(Preferences, SeveralHeaderFieldsAreOneList) {
    // Goal: RFC 9110, 5.3.
    Headers headers;
    headers.add("Accept", "text/html");
    headers.add("Accept", "application/json;q=0");
    const std::vector<Preference> expected = {{"text/html", true}, {"application/json", false}};
    EXPECT_EQ(preferences(headers, "accept"), expected);
}

}  // namespace
}  // namespace flightcast::gateway::http
