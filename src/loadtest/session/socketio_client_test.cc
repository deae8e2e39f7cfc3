// SPDX-License-Identifier: Apache-2.0
#include "loadtest/session/socketio_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace flightcast::loadtest::session {
namespace {

using base::Errc;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Kind = SocketEvent::Kind;

constexpr std::string_view kId = "8e90da7e-63f5-45f9-8f3d-7d948120e5a2";

// Gives zero bytes: the key is then "AAAAAAAAAAAAAAAAAAAAAA==" and masking changes nothing.
class ZeroRandom final : public base::Random {
  public:
    void fill(std::span<std::byte> bytes) override {
        for (std::byte& byte : bytes) byte = std::byte{0};
    }
    std::uint64_t next() override { return 0; }
};

std::string frame(std::string_view text, char first_byte = '\x81') {
    std::string bytes(1, first_byte);
    if (text.size() <= 125) return bytes.append(1, static_cast<char>(text.size())).append(text);
    bytes.append(1, '\x7e').append(1, static_cast<char>(text.size() >> 8U));
    return bytes.append(1, static_cast<char>(text.size())).append(text);
}

std::string switching_protocols() {
    // base64(sha1(key + GUID)), computed with: printf '%s' KEY+GUID | openssl sha1 -binary | base64
    return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Accept: ICX+Yqv66kxgM0FcWaLWlFLwTAI=\r\n\r\n";
}

class SocketIoClientTest : public testing::Test {
  protected:
    void connect() {
        ASSERT_TRUE(client_.receive(switching_protocols() + frame("0{\"sid\":\"a\"}")).has_value());
        ASSERT_TRUE(client_.receive(frame("40{\"sid\":\"b\"}")).has_value());
        ASSERT_TRUE(client_.is_connected());
        static_cast<void>(client_.take_events());
        static_cast<void>(client_.take_output());
    }

    ZeroRandom random_;
    const SocketIoServer server_{.authority = "127.0.0.1:5001"};
    SocketIoClient client_{server_, random_};
};

TEST_F(SocketIoClientTest, RefusedHandshakesSayWhy) {
    // Goal: a server of another protocol, a refusal, or another key ends the session with the
    // reason.
    struct Case {
        std::string bytes;
        std::string reason;
    };
    const std::array cases = {
        Case{
            "HTTP/1.1 400 Bad Request\r\nContent-Length: 28\r\n\r\nUnsupported protocol version",
            "400: Unsupported protocol version"
        },
        Case{"HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: x\r\n\r\n", "the key"},
        Case{"hello\r\n\r\n", "hello"},
        Case{switching_protocols() + frame("40{}"), "open packet"},
        Case{switching_protocols() + frame("0{}") + frame("44{\"message\":\"no\"}"), "\"no\""},
    };
    for (const Case& c : cases) {
        SocketIoClient client(server_, random_);
        const auto result = client.receive(c.bytes);
        ASSERT_FALSE(result.has_value()) << c.bytes;
        EXPECT_THAT(result.error().detail, HasSubstr(c.reason));
    }
}

TEST_F(SocketIoClientTest, BrokenPacketsEndTheSession) {
    // Goal: forbidden packets are errors; a packet that ends a session says so.
    struct Case {
        std::string_view packet;
        Errc code;
    };
    constexpr std::array kCases = {
        Case{"", Errc::corrupt},
        Case{"0{}", Errc::corrupt},
        Case{"9", Errc::corrupt},
        Case{"4", Errc::corrupt},
        Case{"42", Errc::corrupt},
        Case{"42[", Errc::corrupt},
        Case{"42[]", Errc::corrupt},
        Case{"42[{}]", Errc::corrupt},
        Case{"1", Errc::closed},
        Case{"41", Errc::closed},
    };
    for (const Case& c : kCases) {
        SocketIoClient client(server_, random_);
        ASSERT_TRUE(
            client.receive(switching_protocols() + frame("0{}") + frame("40{}")).has_value()
        );
        const auto result = client.receive(frame(c.packet));
        ASSERT_FALSE(result.has_value()) << c.packet;
        EXPECT_EQ(result.error().code, c.code) << c.packet;
    }
}

TEST_F(SocketIoClientTest, Conversation) {
    // Goal: the golden exchange from the handshake to the prediction, fed byte by byte.
    EXPECT_THAT(
        client_.take_output(),
        HasSubstr("GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:5001\r\n")
    );
    for (const char c : switching_protocols() + frame("0{\"sid\":\"a\",\"pingInterval\":25000}")) {
        ASSERT_TRUE(client_.receive(std::string_view(&c, 1)).has_value());
    }
    const auto masked = [](std::string_view text) {
        return "\x81" + std::string(1, static_cast<char>(0x80U | text.size())) +
               std::string(4, '\0') + std::string(text);
    };
    EXPECT_EQ(client_.take_output(), masked("40"));
    ASSERT_TRUE(client_.receive(frame("40{\"sid\":\"b\"}")).has_value());
    EXPECT_THAT(client_.take_events(), ElementsAre(SocketEvent{.kind = Kind::connected}));

    const base::Uuid id = *base::Uuid::parse(kId);
    client_.join(id);
    EXPECT_EQ(
        client_.take_output(),
        masked(R"(42["join",{"request_id":"8e90da7e-63f5-45f9-8f3d-7d948120e5a2"}])")
    );
    ASSERT_TRUE(client_
                    .receive(
                        frame("42[\"joined\",{\"room\":\"" + std::string(kId) + "\"}]") +
                        frame("2") + frame("\x01\x02", '\x89') +
                        frame(
                            R"(42["prediction_ready",{"Origin":"ATL","Dest":"SFO","UUID":")" +
                            std::string(kId) + R"(","Route":"ATL-SFO","Prediction":2.0}])"
                        )
                    )
                    .has_value());
    EXPECT_THAT(
        client_.take_events(),
        ElementsAre(
            SocketEvent{.kind = Kind::joined, .id = id},
            SocketEvent{.kind = Kind::prediction_ready, .id = id}
        )
    );
    EXPECT_EQ(client_.take_output(), masked("3") + "\x8a\x82" + std::string(4, '\0') + "\x01\x02");
    EXPECT_THAT(client_.take_events(), IsEmpty());
}

TEST_F(SocketIoClientTest, ReadsEveryShapeOfEvent) {
    // Goal: failures say whether they are final; a missing or odd id becomes nil, which no client
    // joined; unknown events, ack ids, acks and binary messages do no harm.
    connect();
    const base::Uuid id = *base::Uuid::parse(kId);
    struct Case {
        std::string packet;
        SocketEvent event;
    };
    const std::string quoted = '"' + std::string(kId) + '"';
    const std::array cases = {
        Case{
            R"(42["prediction_failed",{"request_id":)" + quoted + R"(,"final":false}])",
            {Kind::prediction_failed, id, false}
        },
        Case{
            R"(42["prediction_failed",{"final":true,"request_id":)" + quoted + "}]",
            {Kind::prediction_failed, id, true}
        },
        Case{
            R"(42["prediction_failed",{"request_id":)" + quoted + "}]",
            {Kind::prediction_failed, id, true}
        },
        Case{R"(4217["joined",{"room":)" + quoted + R"(},"offset"])", {Kind::joined, id, true}},
        Case{R"(42["prediction_ready"])", {Kind::prediction_ready, {}, true}},
        Case{R"(42["prediction_ready",{"UUID":7}])", {Kind::prediction_ready, {}, true}},
        Case{R"(42["prediction_ready",{"UUID":"x"}])", {Kind::prediction_ready, {}, true}},
        Case{R"(42["news",[1,2]])", {Kind::other, {}, true}},
    };
    for (const Case& c : cases) {
        ASSERT_TRUE(client_.receive(frame(c.packet)).has_value()) << c.packet;
        EXPECT_THAT(client_.take_events(), ElementsAre(c.event)) << c.packet;
    }
    ASSERT_TRUE(client_.receive(frame("430[]") + frame("\x01", '\x82') + frame("6")).has_value());
    EXPECT_THAT(client_.take_events(), IsEmpty());
}

}  // namespace
}  // namespace flightcast::loadtest::session
