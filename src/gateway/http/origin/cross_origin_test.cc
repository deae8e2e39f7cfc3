// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/origin/cross_origin.h"

#include <gtest/gtest.h>

#include <map>

#include "gateway/http/router.h"

namespace flightcast::gateway::http {
namespace {

using HeaderMap = std::multimap<std::string, std::string>;

// A server with one path that is covered and one that is not, for pages of these origins.
class Site {
  public:
    explicit Site(std::vector<std::string> origins)
        : service_(
              router_,
              OriginPolicy(std::move(origins)),
              {.covers = [](std::string_view path) { return path.starts_with("/api/"); },
               .exposed_headers = "Location"}
          ) {
        for (const char* path : {"/api/a", "/other"}) {
            router_.add("POST", path, [](const Request&, Respond respond) {
                respond({.body = "done"});
            });
        }
    }

    // The status; the headers of the answer are kept.
    unsigned ask(Request request) {
        request.headers.add("Host", "here.org");
        headers.clear();
        Admission admission = service_.admit(request, ExchangeId(1), {});
        if (admission.refusal) return take(*admission.refusal);
        unsigned status = 0;
        service_.handle(
            std::move(request),
            ExchangeId(1),
            [&](const Response& response) { status = take(response); },
            {}
        );
        return status;
    }

    HeaderMap headers;

  private:
    unsigned take(const Response& response) {
        for (const Header& header : response.headers) headers.emplace(header.name, header.value);
        return response.status;
    }

    Router router_;
    CrossOrigin service_;
};

Request request(const char* method, const char* path, const char* origin = "https://a.org") {
    Request request{.method = method, .path = path};
    request.headers.add("Origin", origin);
    return request;
}

Request preflight(const char* path, const char* origin = "https://a.org") {
    Request asked = request("OPTIONS", path, origin);
    asked.headers.add("Access-Control-Request-Method", "POST");
    asked.headers.add("Access-Control-Request-Headers", "authorization,idempotency-key");
    return asked;
}

// Goal: a page of a listed origin may send any header and read any answer, errors too.
TEST(CrossOrigin, ListedOriginsMay) {
    Site site({"https://a.org"});
    EXPECT_EQ(site.ask(preflight("/api/a")), 204U);
    EXPECT_EQ(
        site.headers,
        (HeaderMap{
            {"Vary", "Origin"},
            {"Vary", "Access-Control-Request-Headers"},
            {"Access-Control-Allow-Origin", "https://a.org"},
            {"Access-Control-Allow-Methods", "GET,HEAD,PUT,PATCH,POST,DELETE"},
            {"Access-Control-Allow-Headers", "authorization,idempotency-key"},
        })
    );
    const HeaderMap marks = {
        {"Vary", "Origin"},
        {"Access-Control-Allow-Origin", "https://a.org"},
        {"Access-Control-Expose-Headers", "Location"},
    };
    EXPECT_EQ(site.ask(request("POST", "/api/a")), 200U);
    EXPECT_EQ(site.headers, marks);
    EXPECT_EQ(site.ask(request("POST", "/api/none")), 404U);
    EXPECT_EQ(site.headers, marks);
}

// Goal: others learn and change nothing: no marks that would let their pages read, and 403 for
// requests that a form can send without asking first.
TEST(CrossOrigin, OthersMayNot) {
    Site site({"https://a.org"});
    for (const char* origin : {"https://b.org", "http://a.org", "https://a.org.b.org", "null"}) {
        for (const Request& asked :
             {preflight("/api/a", origin), request("POST", "/api/a", origin)}) {
            const bool posted = asked.method == "POST";
            EXPECT_EQ(site.ask(asked), posted ? 403U : 204U) << origin;
            EXPECT_EQ(site.headers.count("Access-Control-Allow-Origin"), 0U) << origin;
            EXPECT_EQ(site.headers.count("Vary"), posted ? 1U : 2U) << origin;
        }
    }
}

// Goal: changes are taken from the server's own pages only, whatever a proxy or a Referrer-Policy
// makes of the headers; programs send no Origin and are not concerned.
TEST(CrossOrigin, OnlyOwnPagesChangeSomething) {
    struct Case {
        const char* method;
        const char* origin;  // null: none
        const char* site;    // null: none
        unsigned status;
    };
    const Case cases[] = {
        {"POST", "http://evil.example", nullptr, 403},
        {"POST", "http://evil.example", "cross-site", 403},
        {"POST", "http://here.org:8080", "same-site", 403},
        {"POST", "", nullptr, 403},
        {"POST", "null", nullptr, 403},
        {"POST", "null", "cross-site", 403},
        {"POST", "null", "same-site", 403},
        {"DELETE", "http://evil.example", nullptr, 403},
        {"GET", "http://evil.example", nullptr, 405},
        {"OPTIONS", "http://evil.example", nullptr, 204},
        {"POST", "null", "same-origin", 200},
        {"POST", "null", "none", 200},
        {"POST", "http://public.example", "same-origin", 200},  // The proxy changed Host.
        {"POST", "http://here.org", nullptr, 200},
        {"POST", "https://here.org:443", nullptr, 200},
        {"POST", nullptr, nullptr, 200},
    };
    Site site({});
    for (const Case& c : cases) {
        Request asked{.method = c.method, .path = "/api/a"};
        if (c.origin != nullptr) asked.headers.add("Origin", c.origin);
        if (c.site != nullptr) asked.headers.add("Sec-Fetch-Site", c.site);
        EXPECT_EQ(site.ask(asked), c.status) << c.method << ' ' << (c.origin ? c.origin : "-");
    }
}

// Goal: other paths are as if there were no policy, and so are answers without a list.
TEST(CrossOrigin, OtherwiseNothingChanges) {
    Site listed({"*"});
    EXPECT_EQ(listed.ask(request("POST", "/other")), 200U);
    EXPECT_EQ(listed.headers, HeaderMap());
    EXPECT_EQ(listed.ask(preflight("/other")), 204U);
    EXPECT_EQ(listed.headers, (HeaderMap{{"Allow", "POST, OPTIONS"}}));
    EXPECT_EQ(listed.ask(request("OPTIONS", "/api/a")), 204U);  // Not a preflight.
    EXPECT_EQ(listed.headers.count("Allow"), 1U);
    Site closed({});
    EXPECT_EQ(closed.ask(request("POST", "/other")), 200U);
    EXPECT_EQ(closed.ask(request("POST", "/api/a", "https://here.org")), 200U);
    EXPECT_EQ(closed.headers, HeaderMap());
    EXPECT_EQ(closed.ask(preflight("/api/a")), 204U);
    EXPECT_EQ(closed.headers, (HeaderMap{{"Allow", "POST, OPTIONS"}}));
}

}  // namespace
}  // namespace flightcast::gateway::http
