// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "gateway/engineio/engineio_testing.h"
#include "gateway/engineio/server.h"

namespace flightcast::gateway::engineio {
namespace {

using namespace std::chrono_literals;
using websocket::Frame;
using websocket::MessageKind;

constexpr const char* kPoll = "transport=polling&sid=";
constexpr const char* kWs = "transport=websocket&sid=";

// An echo server with short intervals that notes its events.
class Fixture : public ::testing::Test, private Handler {
  protected:
    explicit Fixture(Options options = {})
        : server(with_defaults(std::move(options)), *this, random) {}

    static Options with_defaults(Options options) {
        options.ping_interval = 300ms;
        options.ping_timeout = 200ms;
        options.max_payload = 1'000;
        options.queued_bytes_max = 10'000;
        return options;
    }

    std::string notes() { return std::exchange(notes_, {}); }

    // A session that has been upgraded, with its websocket.
    std::shared_ptr<FakeLink> upgraded(const std::string& sid) {
        auto link = client.open(kWs + sid);
        client.say(*link, "2probe");
        client.say(*link, "5");
        link->take();
        return link;
    }

    base::SeededRandom random{1};
    Server server;
    FakeClient client{server, "/engine.io/"};
    SessionId last;
    bool echo = true;

  private:
    void on_open(SessionId id, const http::Request&, base::SteadyTime) override {
        last = id;
        notes_ += "open;";
    }
    void on_close(SessionId id, std::string_view reason, base::SteadyTime) override {
        notes_.append("close:").append(reason).append(";");
        server.send(id, Frame::make(MessageKind::text, {"4late"}));
    }
    void on_message(
        SessionId id, MessageKind kind, std::string_view data, base::SteadyTime
    ) override {
        const bool text = kind == MessageKind::text;
        notes_.append(text ? "text:" : "binary:").append(data).append(";");
        if (echo) server.send(id, Frame::make(kind, {text ? "4" : "", data}));
    }

    std::string notes_;
};

using EngineIo = Fixture;

// The answers of the protocol to requests that it cannot serve.
constexpr const char* kNoTransport = R"(400 {"code":0,"message":"Transport unknown"})";
constexpr const char* kNoSession = R"(400 {"code":1,"message":"Session ID unknown"})";
constexpr const char* kBadMethod = R"(400 {"code":2,"message":"Bad handshake method"})";
constexpr const char* kBadRequest = R"(400 {"code":3,"message":"Bad request"})";
constexpr const char* kBadVersion = R"(400 {"code":5,"message":"Unsupported protocol version"})";

// Goal: requests are refused in the official order with the official codes, and an upgrade before
// 101.
TEST_F(EngineIo, RefusesWithTheOfficialCodes) {
    const std::string sid = client.handshake();
    struct Case {
        const char* method;
        std::string query;
        bool upgrade;
        const char* answer;
    };
    const Case cases[] = {
        {"GET", "EIO=4", false, kNoTransport},
        {"GET", "EIO=4&transport=__proto__", false, kNoTransport},
        {"GET", "EIO=4&transport=%zz", false, kNoTransport},
        {"GET", "EIO=4&transport=polling&sid=x", false, kNoSession},
        {"POST", "EIO=4&transport=polling&sid=", false, kBadMethod},
        {"POST", "EIO=4&transport=polling", false, kBadMethod},
        {"PUT", "EIO=4&transport=polling", false, kBadMethod},
        {"GET", "EIO=4&transport=websocket", false, kBadRequest},
        {"GET", "EIO=4&transport=websocket&sid=" + sid, false, kBadRequest},
        {"GET", "EIO=3&transport=polling&sid=" + sid, false, kBadRequest},
        {"GET", "EIO=3&transport=polling", false, kBadVersion},
        {"GET", "transport=polling", false, kBadVersion},
        {"GET", "EIO=4&EIO=4&transport=polling", false, kBadVersion},
        {"GET", "EIO=abc&transport=websocket", true, "400 Unsupported protocol version"},
        {"GET", "EIO=4&transport=polling", true, "400 Bad request"},
        {"GET", "EIO=4&transport=foo", true, "400 Transport unknown"},
        {"GET", "EIO=4&transport=websocket&sid=x", true, "400 Session ID unknown"},
        {"GET", "EIO=3&transport=websocket&sid=" + sid, true, "400 Bad request"},
        {"GET", "EIO=4&transport=polling&sid=" + sid, true, "400 Bad request"},
        {"POST", "EIO=4&transport=websocket", true, "400 Bad handshake method"},
    };
    for (const Case& entry : cases) {
        http::Request request{.method = entry.method, .path = "/engine.io/", .query = entry.query};
        FakeExchange exchange;
        if (entry.upgrade) {
            exchange.response = server.verify_upgrade(request, client.now);
        } else {
            exchange = *client.request(request);
        }
        EXPECT_EQ(exchange.text(), entry.answer) << entry.query;
        EXPECT_EQ(
            exchange.response->content_type, entry.upgrade ? "text/html" : "application/json"
        );
    }
    EXPECT_EQ(
        client
            .request(
                {.method = "PUT",
                 .path = "/engine.io/",
                 .query = "EIO=4&transport=polling&sid=" + sid}
            )
            ->response->status,
        405U
    );
    EXPECT_EQ(notes(), "open;");
}

// Goal: the open packet has exactly the keys that clients know, on both transports.
TEST_F(EngineIo, OpensSessions) {
    const auto answer = client.get("transport=polling");
    const std::string body(answer->response->body.view());
    EXPECT_EQ(body.substr(0, 8), "0{\"sid\":");
    EXPECT_EQ(
        body.substr(29),
        R"(","upgrades":["websocket"],"pingInterval":300,"pingTimeout":200,"maxPayload":1000})"
    );
    EXPECT_EQ(answer->response->content_type, "text/plain; charset=UTF-8");
    const std::string opened = client.open("transport=websocket")->take();
    EXPECT_EQ(
        opened.substr(29),
        R"(","upgrades":[],"pingInterval":300,"pingTimeout":200,"maxPayload":1000})"
    );
    std::set<std::string> sids;
    for (int i = 0; i < 1'000; ++i) sids.insert(client.handshake());
    EXPECT_EQ(sids.size(), 1'000U);
}

// Goal: each POST body has the effect that it has with the official server.
TEST_F(EngineIo, TakesPosts) {
    struct Case {
        std::string body;
        const char* answer;
        const char* notes;
        const char* poll;
    };
    const Case cases[] = {
        {"4a", "200 ok", "open;text:a;", "200 4a"},
        {"4a\x1e"
         "4b",
         "200 ok",
         "open;text:a;text:b;",
         "200 4a 4b"},
        {"bAQ\r\nID\n", "200 ok", "open;binary:\x01\x02\x03;", "200 bAQID"},
        {"bAQID", "200 ok", "open;binary:\x01\x02\x03;", "200 bAQID"},
        {"5\x1e"
         "6\x1e"
         "0\x1e"
         "3",
         "200 ok",
         "open;",
         "pending"},
        {"", "200 ok", "open;close:parse error;", "200 1"},
        {"abc", "200 ok", "open;close:parse error;", "200 1"},
        {"4a\x1e"
         "7\x1e"
         "4b",
         "200 ok",
         "open;text:a;close:parse error;",
         "200 1"},
        {"b!", "200 ok", "open;close:parse error;", "200 1"},
        {"4\xff", "200 ok", "open;close:parse error;", "200 1"},
        {"2", "200 ok", "open;close:transport error;", "200 1"},
        {"1", "200 ok", "open;close:transport close;", "200 6"},
        {"4" + std::string(999, 'x'), "200 ok", nullptr, nullptr},
        {"4" + std::string(1'000, 'x'), "413 too large\n", "open;close:transport close;", "200 1"},
    };
    for (const Case& entry : cases) {
        notes();
        const std::string sid = client.handshake();
        const auto poll = client.get(kPoll + sid);
        const auto post = client.post(kPoll + sid, entry.body);
        EXPECT_EQ(post->text(), entry.answer) << entry.body;
        if (entry.notes == nullptr) continue;
        EXPECT_EQ(notes(), entry.notes) << entry.body;
        EXPECT_EQ(poll->text(), entry.poll) << entry.body;
    }
}

// Goal: packets that are queued while no poll waits are sent with the next one.
TEST_F(EngineIo, QueuesBetweenPolls) {
    const std::string sid = client.handshake();
    EXPECT_FALSE(server.writable(last));
    client.post(kPoll + sid, "4a");
    client.post(kPoll + sid, "4b");
    EXPECT_EQ(client.get(kPoll + sid)->text(), "200 4a 4b");
    const auto poll = client.get(kPoll + sid);
    EXPECT_TRUE(server.writable(last));
    server.send(last, Frame::make(MessageKind::text, {"4c"}));
    server.send(last, Frame::make(MessageKind::binary, {"d"}));
    EXPECT_EQ(poll->text(), "pending");
    server.flush(client.now);
    EXPECT_EQ(poll->text(), "200 4c bZA==");
}

// Goal: one answer has at most the packets that every client takes; the next poll, the websocket
// after an upgrade, or the last polls after a close get the rest, in order.
TEST_F(EngineIo, LimitsThePacketsOfOnePoll) {
    const auto send = [this](int from, int to) {
        for (int i = from; i < to; ++i) {
            server.send(last, Frame::make(MessageKind::text, {"4" + std::to_string(i)}));
        }
        server.flush(client.now);
    };
    std::string sid = client.handshake();
    const auto poll = client.get(kPoll + sid);
    send(0, 40);
    EXPECT_EQ(poll->text(), "200 40 41 42 43 44 45 46 47 48 49 410 411 412 413 414 415");
    EXPECT_TRUE(client.get(kPoll + sid)->text().starts_with("200 416 417 "));
    const auto link = client.open("transport=websocket&sid=" + sid);
    client.say(*link, "2probe");
    client.say(*link, "5");
    EXPECT_EQ(link->take(), "3probe 432 433 434 435 436 437 438 439");

    sid = client.handshake();
    const auto waiting = client.get(kPoll + sid);
    send(0, 33);
    server.close(last, "forced close", client.now);
    EXPECT_EQ(client.get(kPoll + sid)->text().size(), std::string("200").size() + 16 * 4);
    EXPECT_EQ(client.get(kPoll + sid)->text(), "200 432 1");
    EXPECT_EQ(client.get(kPoll + sid)->response->status, 400U);
}

// Goal: an upgrade packet may carry something, a probe may be said twice, and fields of the query
// that nobody reads decide about nothing.
TEST_F(EngineIo, OverlooksWhatDoesNoHarm) {
    for (const char* upgrade : {"5", "52", "5probe", "5{}"}) {
        const std::string sid = client.handshake();
        const auto link = client.open("transport=websocket&x=%zz&%=&sid=" + sid);
        ASSERT_NE(link, nullptr);
        client.say(*link, "2probe");
        client.say(*link, "2probe");
        client.say(*link, upgrade);
        EXPECT_EQ(link->take(), "3probe 3probe");
        notes();
        client.say(*link, "4a");
        EXPECT_EQ(notes(), "text:a;") << upgrade;
    }
    for (const char* foreign : {"&x=100%", "&x=%ff", "&%zz=1", "&=&&", "&b64=1&t=P8&j=0"}) {
        const auto exchange = client.get("transport=polling" + std::string(foreign));
        EXPECT_EQ(exchange->response->status, 200U) << foreign;
    }
}

// Goal: a second request at a time of the same kind ends the session.
TEST_F(EngineIo, OverlappingRequestsEndTheSession) {
    std::string sid = client.handshake();
    const auto first = client.get(kPoll + sid);
    EXPECT_EQ(client.get(kPoll + sid)->text(), "400 ");
    EXPECT_EQ(first->text(), "200 1");
    EXPECT_EQ(notes(), "open;close:transport error;");

    sid = client.handshake();
    EXPECT_EQ(client.begin_post(kPoll + sid)->text(), "pending");
    EXPECT_EQ(client.post(kPoll + sid, "4a")->text(), "400 ");
    EXPECT_EQ(notes(), "open;close:transport error;");

    sid = client.handshake();
    http::Request binary{
        .method = "POST", .path = "/engine.io/", .query = "EIO=4&transport=polling&sid=" + sid
    };
    binary.headers.add("Content-Type", "application/octet-stream");
    EXPECT_EQ(client.request(binary)->response->status, 400U);
    EXPECT_EQ(notes(), "open;close:transport error;");
}

// Goal: a poll or body whose connection is lost ends the session.
TEST_F(EngineIo, LostConnectionsEndTheSession) {
    std::string sid = client.handshake();
    const auto poll = client.get(kPoll + sid);
    server.abandoned(poll->id, client.now);
    EXPECT_EQ(notes(), "open;close:transport close;");
    EXPECT_EQ(poll->text(), "pending");
    sid = client.handshake();
    server.abandoned(client.begin_post(kPoll + sid)->id, client.now);
    EXPECT_EQ(notes(), "open;close:transport close;");
    EXPECT_EQ(client.get(kPoll + sid)->response->status, 400U);
}

// Goal: pings go out by the clock, a pong starts the next interval, silence ends the session.
TEST_F(EngineIo, KeepsTheHeartbeat) {
    const auto link = client.open("transport=websocket");
    link->take();
    client.advance(299ms);
    EXPECT_EQ(link->take(), "");
    client.advance(1ms);
    EXPECT_EQ(link->take(), "2");
    client.advance(100ms);
    client.say(*link, "3");
    client.advance(299ms);
    EXPECT_EQ(link->take(), "");
    client.advance(1ms);
    EXPECT_EQ(link->take(), "2");
    client.advance(150ms);
    client.say(*link, "4x");  // Any packet extends the timeout, once.
    client.advance(150ms);
    client.say(*link, "4y");
    EXPECT_FALSE(link->closed);
    client.advance(50ms);
    EXPECT_EQ(link->take(), "4x 4y CLOSE0");
    EXPECT_EQ(notes(), "open;text:x;text:y;close:ping timeout;");
}

// Goal: a poll after the time for the pong finds no session, even before the server has noticed.
TEST_F(EngineIo, HeartbeatsEndToTheMicrosecond) {
    const std::string late = client.handshake();
    const std::string in_time = client.handshake();
    client.advance(300ms);
    client.now += 199'999us;
    EXPECT_EQ(client.get(kPoll + in_time)->text(), "200 2");
    client.now += 1us;
    EXPECT_EQ(client.post(kPoll + in_time, "3")->text(), "200 ok");
    EXPECT_EQ(client.get(kPoll + late)->text(), R"(400 {"code":1,"message":"Session ID unknown"})");
    EXPECT_EQ(client.get(kPoll + in_time)->text(), "pending");
}

// Goal: unsolicited pongs neither move the schedule nor cost anything.
TEST_F(EngineIo, IgnoresUnsolicitedPongs) {
    const auto link = client.open("transport=websocket");
    link->take();
    for (int i = 0; i < 10; ++i) {
        client.advance(30ms);
        client.say(*link, "3");
    }
    EXPECT_EQ(link->take(), "2");
}

// Goal: each message of a websocket client has its effect.
TEST_F(EngineIo, TakesWebsocketMessages) {
    struct Case {
        const char* text;
        const char* answer;
        const char* notes;
    };
    const Case cases[] = {
        {"4a", "4a", "text:a;"},
        {"4", "4", "text:;"},
        {"5", "", ""},
        {"6", "", ""},
        {"0", "", ""},
        {"", "CLOSE0", "close:parse error;"},
        {"x", "CLOSE0", "close:parse error;"},
        {"2", "CLOSE0", "close:transport error;"},
        {"1", "CLOSE0", "close:transport close;"},
    };
    for (const Case& entry : cases) {
        const auto link = client.open("transport=websocket");
        link->take();
        notes();
        client.say(*link, entry.text);
        EXPECT_EQ(link->take(), entry.answer) << entry.text;
        EXPECT_EQ(notes(), entry.notes) << entry.text;
    }
    const auto link = client.open("transport=websocket");
    link->take();
    client.say_binary(*link, "\x01");
    EXPECT_EQ(link->take(), "b:\x01");
    client.drop(*link);
    EXPECT_TRUE(notes().ends_with("close:transport close;"));
}

// Goal: the upgrade loses and reorders nothing, whether a poll waits or not.
TEST_F(EngineIo, Upgrades) {
    for (const bool polling : {true, false}) {
        const std::string sid = client.handshake();
        const auto poll = polling ? client.get(kPoll + sid) : nullptr;
        const auto link = client.open(kWs + sid);
        client.say(*link, "2probe");
        EXPECT_EQ(link->take(), "3probe");
        EXPECT_TRUE(poll == nullptr || poll->text() == "200 6");
        EXPECT_EQ(client.get(kPoll + sid)->text(), "200 6");
        client.post(kPoll + sid, "4a");
        EXPECT_EQ(link->take(), "");
        client.say(*link, "5");
        EXPECT_EQ(link->take(), "4a");
        client.say(*link, "4b");
        EXPECT_EQ(link->take(), "4b");
        EXPECT_EQ(client.get(kPoll + sid)->text(), R"(400 {"code":3,"message":"Bad request"})");
        EXPECT_EQ(client.post(kPoll + sid, "4c")->response->status, 400U);
        EXPECT_EQ(client.open(kWs + sid)->take(), "CLOSE0");
        client.say(*link, "4d");
        EXPECT_EQ(link->take(), "4d");
    }
    EXPECT_EQ(server.counters().upgrades, 2U);
}

// Goal: once a session is a websocket, no request over HTTP reaches or ends it: neither
// requests that name the websocket transport, nor the end of a body that began before.
TEST_F(EngineIo, HttpDoesNotTouchAWebsocketSession) {
    const std::string sid = client.handshake();
    const auto late = client.begin_post(kPoll + sid);
    const auto link = upgraded(sid);
    server.abandoned(late->id, client.now);
    EXPECT_EQ(client.get(kWs + sid)->text(), R"(400 {"code":3,"message":"Bad request"})");
    EXPECT_EQ(client.post(kWs + sid, "4a")->response->status, 400U);
    EXPECT_EQ(notes(), "open;");
    EXPECT_FALSE(link->closed);
    client.say(*link, "4b");
    EXPECT_EQ(notes(), "text:b;");
}

// Goal: whatever goes wrong with an upgrade costs the websocket, not the session.
TEST_F(EngineIo, FailedUpgradesLeaveTheSession) {
    const std::string sid = client.handshake();
    for (const char* wrong : {"4a", "", "2", "2probe2", "3"}) {
        const auto link = client.open(kWs + sid);
        client.say(*link, wrong);
        EXPECT_EQ(link->take(), "CLOSE0") << wrong;
    }
    const auto first = client.open(kWs + sid);
    client.say(*first, "2probe");
    EXPECT_EQ(client.open(kWs + sid)->take(), "CLOSE0");
    EXPECT_EQ(first->take(), "3probe");
    client.drop(*first);

    const auto slow = client.open(kWs + sid);
    for (int i = 0; i < 50; ++i) {
        client.advance(200ms);  // The heartbeat goes on meanwhile.
        client.post(kPoll + sid, "3");
        EXPECT_EQ(slow->closed, i == 49);
    }
    EXPECT_EQ(slow->take(), "CLOSE0");
    client.post(kPoll + sid, "4a");
    EXPECT_TRUE(notes().ends_with("text:a;"));
    EXPECT_EQ(server.counters().upgrades_failed, 8U);
}

// Goal: after an upgrade in the middle of a ping the schedule begins anew.
TEST_F(EngineIo, HeartbeatSurvivesTheUpgrade) {
    const std::string sid = client.handshake();
    const auto poll = client.get(kPoll + sid);
    client.advance(300ms);
    EXPECT_EQ(poll->text(), "200 2");
    const auto link = upgraded(sid);
    client.advance(250ms);
    EXPECT_FALSE(link->closed);
    client.advance(50ms);
    EXPECT_EQ(link->take(), "2");
}

// Goal: a client that does not read its messages is closed at the bound, on either transport.
TEST_F(EngineIo, BoundsWhatIsQueued) {
    client.handshake();
    for (int i = 0; i < 11; ++i) {
        server.send(last, Frame::make(MessageKind::text, {"4", std::string(999, 'x')}));
    }
    server.flush(client.now);
    EXPECT_EQ(notes(), "open;close:transport error;");
    const auto link = client.open("transport=websocket");
    link->take();
    link->queued = 10'001;
    server.send(last, Frame::make(MessageKind::text, {"4a"}));
    EXPECT_FALSE(server.writable(last));
    server.flush(client.now);
    EXPECT_EQ(link->take(), "4a CLOSE1008");
    EXPECT_EQ(server.counters().overflows, 2U);
}

// Goal: our close reaches a polling client with its next poll, with everything that was queued, and
// waits no longer than the close timeout.
TEST_F(EngineIo, ClosesSessions) {
    std::string sid = client.handshake();
    client.post(kPoll + sid, "4a");
    server.close(last, "forced close", client.now);
    EXPECT_EQ(notes(), "open;text:a;close:forced close;");
    EXPECT_EQ(client.post(kPoll + sid, "4b")->response->status, 400U);
    EXPECT_EQ(client.get(kPoll + sid)->text(), "200 4a 1");
    EXPECT_EQ(client.get(kPoll + sid)->response->status, 400U);

    sid = client.handshake();
    server.close_soon(last);
    server.flush(client.now);
    client.advance(30s);
    EXPECT_EQ(client.get(kPoll + sid)->response->status, 400U);

    sid = client.handshake();
    const auto poll = client.get(kPoll + sid);
    const auto link = client.open("transport=websocket");
    link->take();
    server.close_all(client.now);
    EXPECT_EQ(poll->text(), "200 1");
    EXPECT_EQ(link->take(), "CLOSE1001");
}

class CorsFixture : public Fixture {
  protected:
    CorsFixture() : Fixture({.cors_origins = {"https://a.org"}}) {}
};

// Goal: pages of other origins are refused on both transports; nothing is said about CORS unless it
// is configured, and then on errors too.
TEST_F(CorsFixture, ChecksOrigins) {
    const auto from = [](const char* origin, const char* query) {
        http::Request request{.method = "GET", .path = "/engine.io/", .query = query};
        request.headers.add("Host", "b.org:5001");
        request.headers.add("Origin", origin);
        return request;
    };
    constexpr const char* kWsQuery = "EIO=4&transport=websocket";
    constexpr const char* kPollQuery = "EIO=4&transport=polling";
    for (const char* origin : {"https://a.org", "http://b.org:5001"}) {
        EXPECT_EQ(client.request(from(origin, kPollQuery))->response->status, 200U) << origin;
        EXPECT_FALSE(server.verify_upgrade(from(origin, kWsQuery), client.now)) << origin;
    }
    for (const char* origin :
         {"https://evil.org", "null", "http://b.org", "https://a.org.evil.org"}) {
        EXPECT_EQ(
            client.request(from(origin, kPollQuery))->text(),
            R"(403 {"code":4,"message":"Forbidden"})"
        );
        EXPECT_TRUE(server.verify_upgrade(from(origin, kWsQuery), client.now)) << origin;
    }
    const auto error = client.request(from("https://a.org", "EIO=4&transport=x"));
    ASSERT_EQ(error->response->headers.size(), 2U);
    EXPECT_EQ(error->response->headers[1].value, "https://a.org");
    http::Request preflight = from("https://a.org", "");
    preflight.method = "OPTIONS";
    preflight.headers.add("Access-Control-Request-Headers", "x-a");
    const auto allowed = client.request(preflight);
    EXPECT_EQ(allowed->response->status, 204U);
    EXPECT_EQ(allowed->response->headers.back().value, "x-a");
}

// Goal: base64 round-trips, with and without padding; other text is refused.
TEST(Base64, RoundTrips) {
    for (const std::string bytes : {"", "a", "ab", "abc", "\xff\xfe\xfd\xfc"}) {
        const std::string text = encode_base64(bytes);
        EXPECT_EQ(decode_base64(text), bytes);
        EXPECT_EQ(decode_base64(text.substr(0, text.find('='))), bytes);
    }
    EXPECT_EQ(encode_base64("ab"), "YWI=");
    for (const char* bad : {"a", "ab=c", "a===", "====", "YW_=", "YWI=="}) {
        EXPECT_FALSE(decode_base64(bad)) << bad;
    }
}

}  // namespace
}  // namespace flightcast::gateway::engineio
