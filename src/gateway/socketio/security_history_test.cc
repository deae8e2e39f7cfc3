// SPDX-License-Identifier: Apache-2.0
//
// Faults of other servers of these protocols, one test each, named by the record of it.
// Those that need a socket are in gateway/net.
#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "gateway/engineio/engineio_testing.h"
#include "gateway/socketio/server.h"

namespace flightcast::gateway::socketio {
namespace {

using namespace std::chrono_literals;
using engineio::FakeLink;

constexpr std::size_t kMegabyte = 1'000'000;
constexpr const char* kWs = "transport=websocket";

// A server that echoes "message", notes why sockets left, and has one client.
class SecurityHistory : public ::testing::Test {
  protected:
    SecurityHistory() {
        root.on_connect([this](Socket& socket, std::string_view) { last = socket.id(); });
        root.on_event("message", [this](Socket& socket, const Event& event) {
            ++events;
            socket.emit("message-back", event.args_json, event.attachments);
        });
        root.on_any_event([this](Socket&, const Event&) { ++events; });
        root.on_disconnect([this](Socket&, std::string_view reason) { left = reason; });
    }

    std::shared_ptr<FakeLink> open() {
        auto link = client.open(kWs);
        link->take();
        return link;
    }

    std::shared_ptr<FakeLink> connected() {
        auto link = open();
        client.say(*link, "40");
        link->take();
        return link;
    }

    // A session over polling that has connected; its query.
    std::string polling() {
        std::string query = "transport=polling&sid=" + client.handshake();
        client.post(query, "40");
        client.get(query);
        return query;
    }

    void expect_closed_by(const std::string& packet) {
        const auto link = connected();
        client.say(*link, packet);
        EXPECT_EQ(link->take(), "CLOSE0") << packet.substr(0, 80);
    }

    void expect_taken(const std::string& packet) {
        const auto link = connected();
        client.say(*link, packet);
        EXPECT_FALSE(link->closed) << packet.substr(0, 80);
    }

    base::SystemRandom random;
    Server io{{}, random};
    Namespace& root = io.of("/");
    engineio::FakeClient client{io.engine(), "/socket.io/"};
    SocketId last;
    std::size_t events = 0;
    std::string left;
};

// Goal: a body of as many tiny packets as fit is worked through once, packet by packet, and the
// answers that it queues are bounded by their cost and not by their bytes alone.
TEST_F(SecurityHistory, Cve2020x36048TinyPackets) {
    std::string query = "transport=polling&sid=" + client.handshake();
    std::string pongs;
    while (pongs.size() + 2 < kMegabyte) pongs += "3\x1e";
    EXPECT_EQ(client.post(query, pongs + "3")->text(), "200 ok");
    EXPECT_EQ(client.get(query)->text(), "pending");

    query = "transport=polling&sid=" + client.handshake();
    client.post(query, std::string(kMegabyte, '\x1e'));
    EXPECT_EQ(io.counters().malformed, 0U);  // The first piece is empty, the rest is not looked at.
    EXPECT_EQ(client.get(query)->response->status, 400U);

    query = polling();
    std::string echoes = R"(42["message"])";
    while (echoes.size() + 14 < kMegabyte) echoes += "\x1e" + std::string(R"(42["message"])");
    client.post(query, echoes);
    EXPECT_EQ(left, "transport error");
    EXPECT_LT(events, base::limits::kSendQueueBytesMax / base::limits::kQueuedFrameBytes);
}

// Goal: one packet with a megabyte of digits, namespace, name or nesting is decided at once.
TEST_F(SecurityHistory, Cve2020x36049MassivePackets) {
    const std::string digits(kMegabyte - 100, '9');
    const std::string letters(kMegabyte - 100, 'a');
    expect_closed_by("42" + digits + "[\"a\"]");
    expect_closed_by("45" + digits + "-[\"a\"]");
    expect_closed_by("42/" + letters + ",[\"a\"]");
    expect_closed_by("42" + std::string(kMegabyte - 100, '['));
    expect_taken("42[\"" + letters + "\"]");
    expect_taken("42[" + ("\"a\"," + digits) + "]");
    const auto link = connected();
    client.say(*link, "40/" + letters);
    EXPECT_FALSE(link->closed);
    EXPECT_TRUE(link->take().starts_with("44/aaa"));
}

// Goal: an upgrade with an unknown transport, whatever its name, is refused before the 101.
TEST_F(SecurityHistory, Cve2023x31125UnknownTransports) {
    for (const char* query :
         {"transport=foo",
          "transport=webtransport",
          "transport=constructor",
          "transport=__proto__",
          "transport=",
          "x=1",
          "transport[]=websocket",
          "transport=foo&transport=websocket",
          "transport=websocket%00"}) {
        EXPECT_EQ(client.open(query), nullptr) << query;
        EXPECT_EQ(client.refusal, "400 Transport unknown") << query;
    }
}

// Goal: placeholders point at an attachment that is there, by an integer, however their names are
// written.
TEST_F(SecurityHistory, Cve2022x2421PlaceholderNumbers) {
    for (const char* number :
         {"\"splice\"", "\"0\"", "-1", "0.5", "1.5", "1e9", "1", "null", "[0]", "{}", "true", ""}) {
        const std::string member = *number == '\0' ? "" : std::string(",\"num\":") + number;
        expect_closed_by(R"(451-["message",{"_placeholder":true)" + member + "}]");
    }
    for (const char* object :
         {R"({"_placeholde\u0072":true,"num":"splice"})",
          R"({"\u005fplaceholder":true})",
          R"({"_placeholder":true,"num":0,"nu\u006d":"splice"})"}) {
        expect_closed_by(std::string(R"(451-["message",)") + object + "]");
    }
    expect_taken(R"(451-["message",{"_placeholder":true,"num":0}])");
}

// Goal: an event's name is a string, or a number, which is a name like any other.
TEST_F(SecurityHistory, Cve2023x32695EventNames) {
    for (const char* name : {"{}", "[]", "null", R"({"toString":1})", "true", ""}) {
        expect_closed_by("42[" + std::string(name) + "]");
    }
    for (const char* number : {"1", "-1", "1.5", "1e999"}) {
        expect_taken("42[" + std::string(number) + "]");
    }
    EXPECT_EQ(events, 4U);
}

// Goal: names that mean something elsewhere are names like others, or refused; none does harm.
TEST_F(SecurityHistory, Cve2024x38355SpecialNames) {
    for (const char* reserved :
         {"connect",
          "connect_error",
          "disconnect",
          "disconnecting",
          "newListener",
          "removeListener"}) {
        expect_closed_by("42[\"" + std::string(reserved) + "\"]");
    }
    EXPECT_EQ(events, 0U);
    expect_taken("42[\"error\"]");
    expect_taken("42[\"\"]");
    expect_taken("42[\"" + std::string(kMegabyte - 100, 'x') + "\"]");
    expect_taken("42[\"__proto__\",{\"__proto__\":1}]");
    EXPECT_EQ(events, 4U);
}

// Goal: attachments are bounded in number, in bytes altogether, and in time.
TEST_F(SecurityHistory, Cve2026x33151Attachments) {
    expect_closed_by("4511-[\"message\"]");
    expect_closed_by("45999999999-[\"message\"]");
    expect_closed_by("4518446744073709551617-[\"message\"]");
    const auto large = connected();
    client.say(*large, "4510-[\"message\"]");
    const std::string part(kMegabyte, 'x');
    client.say_binary(*large, part);
    client.say_binary(*large, part);
    EXPECT_FALSE(large->closed);
    client.say_binary(*large, "x");
    EXPECT_TRUE(large->closed);
    const auto idle = connected();
    client.say(*idle, "451-[\"message\"]");
    client.advance(25s);
    client.say(*idle, "3");
    EXPECT_FALSE(idle->closed);
    client.advance(5s);
    EXPECT_TRUE(idle->closed);
}

// Goal: a binary packet without attachments does not leave the stream waiting for some.
TEST_F(SecurityHistory, Parser427ZeroAttachments) {
    expect_closed_by("450-[\"message\"]");
    expect_closed_by("460-0[]");
}

// Goal: by default no answer lets another page read it.
TEST_F(SecurityHistory, Cve2020x28481NoCorsByDefault) {
    http::Request request{
        .method = "GET", .path = "/socket.io/", .query = "EIO=4&transport=polling"
    };
    request.headers.add("Host", "a.org");
    request.headers.add("Origin", "http://a.org");
    const auto same = client.request(request);
    EXPECT_EQ(same->response->status, 200U);
    request.query = "EIO=4&transport=foo";
    const auto error = client.request(request);
    for (const auto& exchange : {same, error}) {
        for (const http::Header& header : exchange->response->headers) {
            EXPECT_FALSE(header.name.starts_with("Access-Control")) << header.name;
        }
    }
}

// Goal: a page of another origin opens neither transport, since CORS does not hold for websockets.
TEST_F(SecurityHistory, EngineIo128CrossSiteWebsockets) {
    for (const char* origin :
         {"https://evil.org", "null", "http://a.org.evil.org", "http://a.orgx"}) {
        http::Request request{
            .method = "GET", .path = "/socket.io/", .query = "EIO=4&transport=websocket"
        };
        request.headers.add("Host", "a.org");
        request.headers.add("Origin", origin);
        const auto refused = io.engine().verify_upgrade(request, client.now);
        ASSERT_TRUE(refused) << origin;
        EXPECT_EQ(refused->status, 403U) << origin;
        request.query = "EIO=4&transport=polling";
        EXPECT_EQ(client.request(request)->response->status, 403U) << origin;
    }
    EXPECT_EQ(io.engine().counters().opened, 0U);
}

// Goal: ids cannot be guessed: no two share their random part, nor does a socket show its
// session's.
TEST_F(SecurityHistory, Cve2017x16031SecretIds) {
    std::set<std::string> random_parts;
    for (int i = 0; i < 5'000; ++i) random_parts.insert(client.handshake().substr(0, 16));
    EXPECT_EQ(random_parts.size(), 5'000U);
    const std::string sid = client.handshake();
    client.post("transport=polling&sid=" + sid, "40");
    EXPECT_EQ(client.get("transport=polling&sid=" + sid)->text().find(sid), std::string::npos);
}

// Goal: unsolicited pongs start nothing: the session has one deadline and keeps it.
TEST_F(SecurityHistory, Cve2026x48802PongFlood) {
    const auto link = connected();
    const auto before = io.engine().next_deadline();
    for (int i = 0; i < 10'000; ++i) client.say(*link, "3");
    EXPECT_EQ(io.engine().next_deadline(), before);
    client.drop(*link);
    EXPECT_FALSE(io.engine().next_deadline());
}

// Goal: a binary header counts only from a connected client, not before it or after it has left.
TEST_F(SecurityHistory, PythonSocketIo5162BinaryBeforeConnect) {
    const auto early = open();
    client.say(*early, "451-[\"message\",{\"_placeholder\":true,\"num\":0}]");
    EXPECT_TRUE(early->closed);
    const auto late = connected();
    client.say(*late, "41");
    client.say(*late, "451-[\"message\",{\"_placeholder\":true,\"num\":0}]");
    EXPECT_TRUE(late->closed);
    const auto between = connected();
    client.say(*between, "451-[\"message\",{\"_placeholder\":true,\"num\":0}]");
    client.say(*between, "41");
    EXPECT_TRUE(between->closed);
    EXPECT_EQ(events, 0U);
}

// Goal: upgrades that are begun and left alone go away, and with them everything they held.
TEST_F(SecurityHistory, Socketioxide731AbandonedUpgrades) {
    std::vector<std::shared_ptr<FakeLink>> links;
    for (int i = 0; i < 5'000; ++i) {
        const std::string sid = client.handshake();
        links.push_back(client.open(std::string(kWs) + "&sid=" + sid));
        if (i % 2 == 0) client.say(*links.back(), "2probe");
    }
    client.advance(10s);
    for (const auto& link : links) EXPECT_TRUE(link->closed);
    EXPECT_EQ(io.engine().counters().polling_sessions, 5'000U);
    client.advance(15s);  // The heartbeat was not suspended: ping,
    client.advance(20s);  // and no pong.
    EXPECT_EQ(io.engine().counters().polling_sessions, 0U);
    EXPECT_FALSE(io.engine().next_deadline());
}

// Goal: one session speaks one version of the protocol.
TEST_F(SecurityHistory, EngineIo6612ProtocolMismatch) {
    http::Request request{
        .method = "GET",
        .path = "/socket.io/",
        .query = "EIO=3&transport=polling&sid=" + client.handshake()
    };
    EXPECT_EQ(client.request(request)->text(), R"(400 {"code":3,"message":"Bad request"})");
}

// Goal: a body of a type that this version does not have costs the session.
TEST_F(SecurityHistory, EngineIoFc11285OctetStream) {
    const std::string sid = client.handshake();
    http::Request request{
        .method = "POST", .path = "/socket.io/", .query = "EIO=4&transport=polling&sid=" + sid
    };
    request.headers.add("Content-Type", "application/octet-stream");
    EXPECT_EQ(client.request(request)->response->status, 400U);
    EXPECT_EQ(
        client.get("transport=polling&sid=" + sid)->text(),
        R"(400 {"code":1,"message":"Session ID unknown"})"
    );
}

// Goal: a session is upgraded once; a second websocket is closed and the session goes on.
TEST_F(SecurityHistory, EngineIoD5095feSecondUpgrade) {
    const std::string query = std::string(kWs) + "&sid=" + client.handshake();
    const auto first = client.open(query);
    client.say(*first, "2probe");
    client.say(*first, "5");
    const auto second = client.open(query);
    EXPECT_EQ(second->take(), "CLOSE0");
    client.say(*second, "5");
    client.say(*first, "40");
    EXPECT_NE(first->take().find("40{"), std::string::npos);
}

// Goal: a client that has left joins no room and is heard no more, however late the call is.
TEST_F(SecurityHistory, SocketIo18f3fdaJoinAfterDisconnect) {
    const auto link = connected();
    client.drop(*link);
    EXPECT_FALSE(root.join(last, "room"));
    EXPECT_FALSE(root.emit_to(last, "late"));
    EXPECT_EQ(root.rooms(), 0U);
    const auto other = connected();
    client.say(*other, "41");
    EXPECT_FALSE(root.join(last, "room"));
    client.say(*other, "42[\"message\"]");
    EXPECT_TRUE(other->closed);
    EXPECT_EQ(events, 0U);
    EXPECT_EQ(root.rooms(), 0U);
}

}  // namespace
}  // namespace flightcast::gateway::socketio
