// SPDX-License-Identifier: Apache-2.0
#include "gateway/web/pages.h"

#include <gtest/gtest.h>

#include <map>

#include "base/clock.h"
#include "base/temporary_folder.h"
#include "gateway/http/response_testing.h"

namespace flightcast::gateway::web {
namespace {

namespace fs = std::filesystem;

constexpr const char* kForm = "form <script src=\"/socket.io/socket.io.js\">";

const std::map<std::string, std::string, std::less<>> kBuiltIn = {
    {"index.html", "home"},
    {"404.html", "<a href=\"{{root}}\"> {{root}}static/"},
    {"performance.html", "figures"},
    {"status.html", "state"},
    {"models.html", "versions"},
    {"predict.html", kForm},
    {"predict.html.br", "BR"},
    {"socket.io.js", "client"},
    {"static/version", "0123456789ab\n"},
    {"static/js/a.js", "let a = 1;"},
    {"static/js/a.js.br", "BR"},
};

class PagesTest : public testing::Test {
  protected:
    static std::optional<std::string_view> find(std::string_view name) {
        const auto found = kBuiltIn.find(name);
        if (found == kBuiltIn.end()) return std::nullopt;
        return found->second;
    }

    static http::Response ask(
        Pages& pages, const std::string& path, const std::string& coding = {}
    ) {
        http::Request request{.method = "GET"};
        request.path = path;
        if (!coding.empty()) request.headers.add("Accept-Encoding", coding);
        http::Response answer;
        pages.serve(request, [&answer](http::Response given) { answer = std::move(given); });
        return answer;
    }

    base::TemporaryFolder folder_;
};

TEST_F(PagesTest, PagesNameThePathOfSocketIo) {
    // Goal: with another path the client is served there, and the pages ask for it there.
    Pages usual(find, nullptr);
    EXPECT_EQ(ask(usual, "/socket.io/socket.io.js").body.view(), "client");
    EXPECT_EQ(ask(usual, "/flights/delays/predict_kafka").body.view(), kForm);
    EXPECT_EQ(ask(usual, "/performance").body.view(), "figures");
    EXPECT_EQ(ask(usual, "/models").body.view(), "versions");
    EXPECT_EQ(ask(usual, "/status").body.view(), "state");
    EXPECT_EQ(ask(usual, "/flights/delays/predict_kafka", "br").body.view(), "BR");
    Pages other(find, nullptr, "/live/");
    EXPECT_EQ(ask(other, "/live/socket.io.min.js").body.view(), "client");
    EXPECT_EQ(ask(other, "/socket.io/socket.io.js").status, 404U);
    const auto page = ask(other, "/flights/delays/predict_kafka", "br");
    EXPECT_EQ(page.body.view(), "form <script src=\"/live/socket.io.js\">");
    EXPECT_EQ(http::header_of(page, "Content-Encoding"), "");
    EXPECT_NE(
        http::header_of(page, "ETag"),
        http::header_of(ask(usual, "/flights/delays/predict_kafka"), "ETag")
    );
}

TEST_F(PagesTest, NotFoundLeadsHomeFromEverywhere) {
    // Goal: relative addresses, so that they hold below whatever path a proxy serves the site.
    Pages pages(find, nullptr);
    Pages bare([](std::string_view) { return std::nullopt; }, nullptr);
    const std::pair<const char*, std::string> cases[] = {
        {"/nothing", "./"},
        {"/nothing/", "./../"},
        {"/a/b/c", "./../../"},
        {"//a", "./../"},
        {"", "./"},
    };
    for (const auto& [path, root] : cases) {
        http::Request request{.method = "GET", .path = path};
        request.headers.add("Accept", "text/html");
        for (Pages* const site : {&pages, &bare}) {
            http::Response answer;
            site->serve(request, [&answer](http::Response given) { answer = std::move(given); });
            EXPECT_EQ(answer.status, 404U);
            EXPECT_TRUE(answer.body.view().contains("<a href=\"" + root + "\">")) << path;
            EXPECT_FALSE(answer.body.view().contains("{{")) << path;
        }
    }
}

TEST_F(PagesTest, AnAddressWithTheVersionMayBeKept) {
    // Goal: immutable with the right version, else to be asked for again; the compressed form is
    // negotiated, never an address of its own.
    Pages pages(find, nullptr);
    const auto kept = ask(pages, "/static/v-0123456789ab/js/a.js");
    EXPECT_EQ(kept.body.view(), "let a = 1;");
    EXPECT_EQ(http::header_of(kept, "Cache-Control"), "public, max-age=31536000, immutable");
    for (const std::string path : {"/static/v-000000000000/js/a.js", "/static/js/a.js"}) {
        const auto again = ask(pages, path);
        EXPECT_EQ(again.body.view(), "let a = 1;") << path;
        EXPECT_EQ(http::header_of(again, "Cache-Control"), "no-cache") << path;
    }
    EXPECT_EQ(ask(pages, "/static/js/a.js", "br").body.view(), "BR");
    for (const std::string path :
         {"/static/js/a.js.br",
          "/static/v-0123456789ab/",
          "/static/v-01/js/a.js",
          "/static/v-0123456789abjs/a.js",
          "/static/",
          "/no"}) {
        EXPECT_EQ(ask(pages, path).status, 404U) << path;
    }
}

TEST_F(PagesTest, EveryPageHasTheSecurityHeaders) {
    // Goal: also the one for missing pages; no inline script may run, no frame may hold it.
    Pages pages(find, nullptr);
    for (const std::string path : {"/", "/flights/delays/predict_kafka", "/nothing"}) {
        const auto page = ask(pages, path);
        const std::string policy = http::header_of(page, "Content-Security-Policy");
        EXPECT_NE(policy.find("default-src 'self'"), std::string::npos) << path;
        EXPECT_NE(policy.find("frame-ancestors 'none'"), std::string::npos) << path;
        EXPECT_EQ(policy.find("unsafe"), std::string::npos) << path;
        EXPECT_EQ(http::header_of(page, "X-Content-Type-Options"), "nosniff");
        EXPECT_EQ(http::header_of(page, "Referrer-Policy"), "same-origin");
    }
}

TEST_F(PagesTest, AUsersFolderComesFirst) {
    // Goal: "/", files, folders and pages without their ending; missing ones are built in.
    folder_.write("index.html", "mine");
    folder_.write("about.html", "about");
    folder_.write("docs/index.html", "docs");
    folder_.write("static/js/a.js", "let a = 2;");
    const base::ManualClock clock;
    const WebRootParts parts{.clock = clock, .warn = [](const std::string&) {}};
    Pages pages(find, std::make_unique<WebRoot>(folder_.path(), parts));
    EXPECT_EQ(ask(pages, "/").body.view(), "mine");
    EXPECT_EQ(ask(pages, "/about").body.view(), "about");
    EXPECT_EQ(ask(pages, "/docs/").body.view(), "docs");
    EXPECT_EQ(ask(pages, "/static/js/a.js").body.view(), "let a = 2;");
    EXPECT_EQ(ask(pages, "/flights/delays/predict_kafka").body.view(), kForm);
    EXPECT_EQ(http::header_of(ask(pages, "/about"), "X-Content-Type-Options"), "nosniff");
}

}  // namespace
}  // namespace flightcast::gateway::web
