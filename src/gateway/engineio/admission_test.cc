// SPDX-License-Identifier: Apache-2.0
//
// Which clients may begin a session: the options and bounds of an Engine.IO server.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "gateway/engineio/engineio_testing.h"
#include "gateway/engineio/server.h"
#include "gateway/http/response_testing.h"

namespace flightcast::gateway::engineio {
namespace {

using namespace std::chrono_literals;

constexpr const char* kPoll = "transport=polling";
constexpr const char* kWs = "transport=websocket";

class Silent final : public Handler {
  public:
    void on_open(SessionId, const http::Request&, base::SteadyTime) override {}
    void on_message(
        SessionId, websocket::MessageKind, std::string_view, base::SteadyTime
    ) override {}
    void on_close(SessionId, std::string_view, base::SteadyTime) override {}
};

// A server with options of its own, and a client for it.
struct Subject {
    explicit Subject(Options options) : server(std::move(options), handler, random) {}

    Silent handler;
    base::SeededRandom random{1};
    Server server;
    FakeClient client{server, "/engine.io/"};
};

// Goal: only paths below the configured one, slash included, belong to the server.
TEST(Admission, OwnsItsPath) {
    Subject subject({.path = "/custom/path/", .excluded_paths = {"/custom/path/client.js"}});
    EXPECT_TRUE(subject.server.owns("/custom/path/"));
    EXPECT_TRUE(subject.server.owns("/custom/path/foo"));
    for (const char* other :
         {"/custom/path", "/engine.io/", "/custom/pathx/", "/custom/path/client.js", "/"}) {
        EXPECT_FALSE(subject.server.owns(other)) << other;
    }
}

// Goal: a transport that is switched off is unknown, and is not offered.
TEST(Admission, TransportsCanBeSwitchedOff) {
    Subject only_polling({.allow_websocket = false});
    EXPECT_NE(only_polling.client.get(kPoll)->text().find(R"("upgrades":[])"), std::string::npos);
    EXPECT_EQ(only_polling.client.open(kWs), nullptr);
    EXPECT_EQ(only_polling.client.refusal, "400 Transport unknown");
    Subject only_websocket({.allow_polling = false});
    EXPECT_EQ(
        only_websocket.client.get(kPoll)->text(), R"(400 {"code":0,"message":"Transport unknown"})"
    );
    EXPECT_NE(only_websocket.client.open(kWs), nullptr);
    Subject no_upgrades({.allow_upgrades = false});
    EXPECT_NE(no_upgrades.client.get(kPoll)->text().find(R"("upgrades":[])"), std::string::npos);
    const std::string sid = no_upgrades.client.handshake();
    EXPECT_EQ(no_upgrades.client.open(std::string(kWs) + "&sid=" + sid), nullptr);
    EXPECT_EQ(no_upgrades.client.refusal, "400 Bad request");
    EXPECT_NE(no_upgrades.client.open(kWs), nullptr);
}

// Goal: the verifier may refuse a handshake with a text of its own, before the version is looked
// at; it is not asked about open sessions.
TEST(Admission, AskersMayRefuse) {
    bool open = true;
    Subject subject({.refuse_handshake = [&open](const http::Request&) {
        return open ? std::nullopt : std::optional<std::string>("no token");
    }});
    const std::string sid = subject.client.handshake();
    open = false;
    EXPECT_EQ(subject.client.get(kPoll)->text(), R"(403 {"code":4,"message":"no token"})");
    EXPECT_EQ(subject.client.open(kWs), nullptr);
    EXPECT_EQ(subject.client.refusal, "403 no token");
    EXPECT_EQ(subject.client.get(std::string(kPoll) + "&sid=" + sid)->text(), "pending");
    EXPECT_NE(subject.client.open(std::string(kWs) + "&sid=" + sid), nullptr);
    EXPECT_EQ(subject.server.counters().errors[4], 2U);
}

// Goal: the cookie is set by the handshake over polling alone, and only when it has a name.
TEST(Admission, SetsItsCookieOnce) {
    Subject subject({.cookie = "io"});
    const auto opened = subject.client.get(kPoll);
    const std::string body(opened->response->body.view());
    const std::string sid = body.substr(body.find("\"sid\":\"") + 7, 20);
    EXPECT_EQ(
        http::header_of(*opened->response, "Set-Cookie"),
        "io=" + sid + "; Path=/; HttpOnly; SameSite=Lax"
    );
    const auto posted = subject.client.post(std::string(kPoll) + "&sid=" + sid, "4a");
    EXPECT_EQ(http::header_of(*posted->response, "Set-Cookie"), "");
    Subject without({});
    EXPECT_EQ(http::header_of(*without.client.get(kPoll)->response, "Set-Cookie"), "");
}

// Goal: sessions are bounded, on both transports; a refused client is told to try again.
TEST(Admission, BoundsSessions) {
    Subject subject({.sessions_max = 2});
    subject.client.handshake();
    const auto link = subject.client.open(kWs);
    const auto refused = subject.client.get(kPoll);
    EXPECT_EQ(refused->text(), R"(503 {"code":4,"message":"Too many sessions"})");
    EXPECT_EQ(http::header_of(*refused->response, "Retry-After"), "5");
    EXPECT_EQ(subject.client.open(kWs), nullptr);
    EXPECT_EQ(subject.client.refusal, "503 Too many sessions");
    EXPECT_EQ(subject.server.counters().sessions_refused, 2U);
    subject.client.drop(*link);
    EXPECT_EQ(subject.client.get(kPoll)->response->status, 200U);
}

// Goal: upgrades under way are bounded over all sessions; a refused one goes on polling.
TEST(Admission, BoundsUpgrades) {
    Subject subject({.upgrades_max = 2});
    std::vector<std::string> sids;
    for (int i = 0; i < 3; ++i)
        sids.push_back(std::string(kWs) + "&sid=" + subject.client.handshake());
    const auto first = subject.client.open(sids[0]);
    const auto second = subject.client.open(sids[1]);
    EXPECT_EQ(subject.client.open(sids[2]), nullptr);
    EXPECT_EQ(subject.client.refusal, "503 Too many upgrades");
    subject.client.say(*first, "2probe");
    subject.client.say(*first, "5");  // No candidate any more.
    const auto third = subject.client.open(sids[2]);
    EXPECT_NE(third, nullptr);
    EXPECT_EQ(subject.client.open(sids[2]), nullptr);
    subject.client.drop(*second);
    subject.client.drop(*third);
    EXPECT_NE(subject.client.open(sids[1]), nullptr);
    EXPECT_EQ(subject.server.counters().upgrades_refused, 2U);
}

// Goal: one address begins sessions at its rate; polls of open ones do not count.
TEST(Admission, LimitsHandshakes) {
    Subject subject({.handshake_rate = {.per_second = 1, .burst = 2}});
    const std::string sid = subject.client.handshake();
    EXPECT_NE(subject.client.open(kWs), nullptr);
    EXPECT_EQ(
        subject.client.get(kPoll)->text(), R"(429 {"code":4,"message":"Too many handshakes"})"
    );
    EXPECT_EQ(subject.client.open(kWs), nullptr);
    for (int i = 0; i < 10; ++i) {
        EXPECT_EQ(subject.client.post(std::string(kPoll) + "&sid=" + sid, "3")->text(), "200 ok");
    }
    subject.client.advance(1s);
    EXPECT_EQ(subject.client.get(kPoll)->response->status, 200U);
    EXPECT_EQ(subject.server.counters().handshakes_limited, 2U);
}

// Goal: a server that shuts down begins no session any more.
TEST(Admission, BeginsNothingWhenLeaving) {
    Subject subject({});
    subject.server.close_all(subject.client.now);
    EXPECT_EQ(
        subject.client.get(kPoll)->text(), R"(503 {"code":4,"message":"The server shuts down"})"
    );
    EXPECT_EQ(subject.client.open(kWs), nullptr);
}

// Goal: "*" answers every page and takes its requests; the preflight names the method asked for.
TEST(Admission, MayBeOpenToAll) {
    Subject subject({.cors_origins = {"*"}});
    http::Request request{
        .method = "GET", .path = "/engine.io/", .query = "EIO=4&transport=polling"
    };
    request.headers.add("Origin", "https://evil.org");
    const auto opened = subject.client.request(request);
    EXPECT_EQ(opened->response->status, 200U);
    EXPECT_EQ(http::header_of(*opened->response, "Access-Control-Allow-Origin"), "*");
    http::Request preflight{.method = "OPTIONS", .path = "/engine.io/"};
    preflight.headers.add("Origin", "https://evil.org");
    preflight.headers.add("Access-Control-Request-Headers", "content-type");
    const auto allowed = subject.client.request(preflight);
    EXPECT_EQ(allowed->response->status, 204U);
    EXPECT_EQ(
        http::header_of(*allowed->response, "Access-Control-Allow-Methods"),
        "GET,HEAD,PUT,PATCH,POST,DELETE"
    );
    EXPECT_EQ(http::header_of(*allowed->response, "Access-Control-Allow-Headers"), "content-type");
    EXPECT_EQ(http::header_of(*allowed->response, "Vary"), "Access-Control-Request-Headers");
    Subject closed({});
    EXPECT_EQ(
        http::header_of(*closed.client.get(kPoll)->response, "Access-Control-Allow-Origin"), ""
    );
}

}  // namespace
}  // namespace flightcast::gateway::engineio
