// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/origin/origin_list.h"

#include <gtest/gtest.h>

namespace flightcast::gateway::http {
namespace {

using Origins = std::vector<std::string>;

// Goal: a text that a browser could never send as Origin is refused, by name.
TEST(OriginList, RefusesWhatIsNoOrigin) {
    for (const std::string text :
         {"evil",
          "null",
          "a.example:443",
          "//a.example",
          "://a.example",
          "1http://a.example",
          "https://",
          "https:///",
          "https://:443",
          "https://*.a.example",
          "https://a.example//",
          "https://a.example/path",
          "https://a.example?q",
          "https://a.example#f",
          "https://me@a.example",
          "https://a example",
          "https://a.example:",
          "https://a.example:0",
          "https://a.example:65536",
          "https://a.example:+1",
          "https://a.example:443x",
          "https://a.example;https://b.example",
          "https://[::1",
          "https://::1",
          "https://[]",
          "https://[::1]x",
          "https://b\xc3\xbc"
          "cher.example"}) {
        const auto origins = parse_origins("https://good.example, " + text);
        ASSERT_FALSE(origins) << text;
        EXPECT_EQ(origins.error().code, base::Errc::invalid_argument);
        EXPECT_TRUE(origins.error().detail.starts_with("'" + text + "' is no origin; give *"))
            << origins.error().detail;
    }
}

// Goal: an origin in any spelling becomes the one that browsers send.
TEST(OriginList, WritesOriginsAsBrowsersDo) {
    struct Case {
        const char* text;
        Origins origins;
    };
    const Case cases[] = {
        {"", {}},
        {" , ", {}},
        {"*", {"*"}},
        {"https://a.example, https://b.example", {"https://a.example", "https://b.example"}},
        {"\thttps://a.example ,", {"https://a.example"}},
        {"HTTPS://B.example:443/", {"https://b.example"}},
        {"http://a.example:80", {"http://a.example"}},
        {"http://a.example:443", {"http://a.example:443"}},
        {"https://a.example:08443", {"https://a.example:8443"}},
        {"http://127.0.0.1:5001/", {"http://127.0.0.1:5001"}},
        {"http://[::1]", {"http://[::1]"}},
        {"http://[2001:DB8::1]:8080", {"http://[2001:db8::1]:8080"}},
        {"http://my_host", {"http://my_host"}},
        {"chrome-extension://abcdef", {"chrome-extension://abcdef"}},
    };
    for (const Case& c : cases) {
        const auto origins = parse_origins(c.text);
        ASSERT_TRUE(origins) << origins.error().detail;
        EXPECT_EQ(*origins, c.origins) << c.text;
    }
}

}  // namespace
}  // namespace flightcast::gateway::http
