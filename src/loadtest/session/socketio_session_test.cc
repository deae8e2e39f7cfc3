// SPDX-License-Identifier: Apache-2.0
#include "loadtest/session/socketio_session.h"

#include <gtest/gtest.h>

namespace flightcast::loadtest::session {
namespace {

using Kind = SocketEvent::Kind;

constexpr std::string_view kId = "8e90da7e-63f5-45f9-8f3d-7d948120e5a2";

base::Uuid the_id() {
    return *base::Uuid::parse(kId);
}

void connect(SocketIoSession& session) {
    ASSERT_TRUE(session.receive(R"(0{"sid":"s1","upgrades":["websocket"]})").has_value());
    ASSERT_TRUE(session.receive(R"(40{"sid":"x"})").has_value());
    ASSERT_TRUE(session.is_connected());
    static_cast<void>(session.take_events());
    static_cast<void>(session.take_packets());
}

TEST(SocketIoSession, OpensWithWhatTheServerCallsIt) {
    // Goal: the sid is known, CONNECT follows the open packet, a ping is answered.
    const SocketIoServer server;
    SocketIoSession session(server);
    ASSERT_TRUE(session.receive(R"(0{"sid":"s1"})").has_value());
    EXPECT_EQ(session.sid(), "s1");
    EXPECT_EQ(session.take_packets(), std::vector<std::string>{"40"});
    ASSERT_TRUE(session.receive(R"(40{"sid":"x"})").has_value());
    ASSERT_TRUE(session.receive("2").has_value());
    EXPECT_EQ(session.take_packets(), std::vector<std::string>{"3"});
}

TEST(SocketIoSession, BringsItsToken) {
    // Goal: a token goes with CONNECT, as JSON, whatever is in it.
    const SocketIoServer server{.token = "a\"b"};
    SocketIoSession session(server);
    ASSERT_TRUE(session.receive("0{}").has_value());
    EXPECT_EQ(session.take_packets(), std::vector<std::string>{R"(40{"token":"a\"b"})"});
}

TEST(SocketIoSession, SpeaksOtherServersNames) {
    // Goal: join and results under the names of a variant; under the usual ones they are nothing.
    const SocketIoServer server{
        .names = {
            .join = "subscribe", .join_key = "uuid", .ready = "prediction_result", .failed = "oops"
        }
    };
    SocketIoSession session(server);
    connect(session);
    session.join(the_id());
    EXPECT_EQ(
        session.take_packets(),
        std::vector{R"(42["subscribe",{"uuid":")" + std::string(kId) + R"("}])"}
    );
    const std::string id(kId);
    for (const std::string& packet :
         {R"(42["prediction_result",{"uuid":")" + id + R"("}])",
          R"(42["oops",{"id":")" + id + R"(","final":false}])",
          R"(42["prediction_ready",{"UUID":")" + id + R"("}])"}) {
        ASSERT_TRUE(session.receive(packet).has_value()) << packet;
    }
    const std::vector<SocketEvent> expected = {
        {Kind::prediction_ready, the_id(), true}, {Kind::prediction_failed, the_id(), false}, {}
    };
    EXPECT_EQ(session.take_events(), expected);
}

}  // namespace
}  // namespace flightcast::loadtest::session
