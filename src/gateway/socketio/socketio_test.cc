// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/limits.h"
#include "gateway/engineio/engineio_testing.h"
#include "gateway/socketio/json_scan.h"
#include "gateway/socketio/packet.h"
#include "gateway/socketio/server.h"

namespace flightcast::gateway::socketio {
namespace {

using namespace std::chrono_literals;
using engineio::FakeLink;

// An echo server on "/" and "/custom", with a client that speaks over websockets.
class SocketIo : public ::testing::Test {
  protected:
    SocketIo() {
        root.on_connect([this](Socket& socket, std::string_view auth) {
            last = socket.id();
            notes_.append("connect:").append(auth).append(";");
        });
        root.on_event("message", [](Socket& socket, const Event& event) {
            socket.emit("message-back", event.args_json, event.attachments);
            if (event.ack) event.ack(event.args_json, event.attachments);
        });
        root.on_disconnect([this](Socket&, std::string_view reason) {
            notes_.append("left:").append(reason).append(";");
        });
        custom.on_connect([](Socket&, std::string_view) {});
    }

    std::string notes() { return std::exchange(notes_, {}); }

    // A websocket on which nothing was said.
    std::shared_ptr<FakeLink> open() {
        auto link = client.open("transport=websocket");
        link->take();
        return link;
    }

    // One that is connected to "/".
    std::shared_ptr<FakeLink> connected() {
        auto link = open();
        client.say(*link, "40");
        link->take();
        notes();
        return link;
    }

    void flush() { io.engine().flush(client.now); }

    static Options small() {
        Options options;
        options.rooms_per_socket_max = 3;
        options.acks_per_socket_max = 2;
        options.attachment_bytes_max = 10;
        return options;
    }

    base::SeededRandom random{1};
    Server io{small(), random};
    Namespace& root = io.of("/");
    Namespace& custom = io.of("/custom");
    engineio::FakeClient client{io.engine(), "/socket.io/"};
    SocketId last;

  private:
    std::string notes_;
};

// Goal: a forbidden packet closes the client's connection, before and after it has connected.
TEST_F(SocketIo, ClosesOnWhatIsNotAllowed) {
    for (const char* wrong :
         {"4",
          "47",
          "4x",
          "40[1]",
          "40\"x\"",
          "40{",
          "41[1]",
          "42{}",
          "42[]",
          "42[null]",
          "42[{}]",
          "42[[]]",
          "42[\"connect\"]",
          "42[\"disconnecting\"]",
          "42[\"newListener\"]",
          "42abc[\"a\"]",
          "42[\"a\"",
          "42[\"a\"]x",
          "42[\"a\",]",
          "42[\"\xff\"]",
          "42[true]",
          "431{}",
          "44",
          "44{\"message\":\"x\"}",
          "42/custom,[\"a\"]",
          "41/custom",
          "43/custom,1[]",
          "450-[\"a\"]",
          "45-[\"a\"]",
          "45[\"a\"]",
          "4511-[\"a\"]",
          "4599999999999999999999-[\"a\"]",
          "451[\"a\"]",
          "451-[\"connect\"]",
          "451-/custom,[\"a\",{\"_placeholder\":true,\"num\":0}]",
          "451-[\"a\",{\"_placeholder\":true,\"num\":1}]",
          "451-[\"a\",{\"_placeholder\":true,\"num\":-1}]",
          "451-[\"a\",{\"_placeholder\":true,\"num\":0.5}]",
          "451-[\"a\",{\"_placeholder\":true}]",
          "451-[\"a\",{\"_placeholder\":true,\"num\":\"splice\"}]",
          "451-[\"a\",{\"_placeholder\":true,\"num\":1e9}]"}) {
        const auto link = connected();
        client.say(*link, wrong);
        EXPECT_EQ(link->take(), "CLOSE0") << wrong;
        EXPECT_EQ(notes(), "left:parse error;") << wrong;
    }
    for (const char* early :
         {"42[\"message\"]", "41", "431[]", "451-[\"a\",{\"_placeholder\":true,\"num\":0}]"}) {
        const auto link = open();
        client.say(*link, early);
        EXPECT_EQ(link->take(), "CLOSE0") << early;
    }
    for (const std::string& long_id : {std::string(101, '1'), std::string(100'000, '0')}) {
        const auto link = connected();
        client.say(*link, "42" + long_id + "[\"message\"]");
        EXPECT_EQ(link->take(), "CLOSE0");
    }
    const auto link = connected();
    client.say_binary(*link, "no header");
    EXPECT_EQ(link->take(), "CLOSE0");
    EXPECT_EQ(root.size(), 0U);
}

// Goal: unusual packets that are allowed are not refused.
TEST_F(SocketIo, TakesWhatIsAllowed) {
    struct Case {
        const char* text;
        const char* answer;
    };
    const Case cases[] = {
        {"42[\"message\"]", "42[\"message-back\"]"},
        {"42[\"message\",1, {\"a\" : [true,null]},\"é\\n\"]",
         "42[\"message-back\",1, {\"a\" : [true,null]},\"é\\n\"]"},
        {"42/,[\"message\"]", "42[\"message-back\"]"},
        {"4218446744073709551615[\"message\",1]",
         "42[\"message-back\",1] 4318446744073709551615[1]"},
        {"42[\"message\",{\"_placeholder\":true,\"num\":7}]",
         "42[\"message-back\",{\"_placeholder\":true,\"num\":7}]"},
        {"42[\"mess\\u0061ge\"]", "42[\"message-back\"]"},
        {"42[\"error\"]", ""},
        {"42[\"\"]", ""},
        {"42[\"unknown\",1]", ""},
        {"42[1,2]", ""},
        {"42[-1.5e3]", ""},
        {"42", ""},
        {"427", ""},
        {"437[]", ""},
        {"43[]", ""},
        {"43", ""},
        {"437", ""},
        {"4399999999999999999999[]", ""},
        {"42007[\"message\"]", "42[\"message-back\"] 437[]"},
        {"4299999999999999999999[\"message\"]", "42[\"message-back\"] 4399999999999999999999[]"},
        {"40", "44{\"message\":\"Already connected\"}"},
        {"40{\"a\":1}", "44{\"message\":\"Already connected\"}"},
    };
    const auto link = connected();
    for (const Case& entry : cases) {
        client.say(*link, entry.text);
        EXPECT_EQ(link->take(), entry.answer) << entry.text;
    }
}

// Goal: connecting answers with a new secret id; unknown namespaces and refusals leave the
// connection.
TEST_F(SocketIo, Connects) {
    const auto link = open();
    client.say(*link, "40{\"token\":\"x\"}");
    const std::string answer = link->take();
    EXPECT_EQ(answer.size(), std::string("40{\"sid\":\"\"}").size() + 20);
    EXPECT_EQ(notes(), "connect:{\"token\":\"x\"};");
    client.say(*link, "40/none");
    EXPECT_EQ(link->take(), "44/none,{\"message\":\"Invalid namespace\"}");
    client.say(*link, "40/custom?a=1,");
    EXPECT_EQ(link->take(), "44/custom?a=1,{\"message\":\"Invalid namespace\"}");
    custom.use([](const Handshake& handshake) -> std::optional<ConnectError> {
        if (handshake.auth_json != "{}") return std::nullopt;
        return ConnectError{"say \"please\"", R"({"code":1})"};
    });
    client.say(*link, "40/custom,");
    EXPECT_EQ(link->take(), R"(44/custom,{"message":"say \"please\"","data":{"code":1}})");
    client.say(*link, R"(40/custom,{"please":1})");
    EXPECT_TRUE(link->take().starts_with("40/custom,{\"sid\":"));
    EXPECT_EQ(custom.size(), 1U);
}

// Goal: who leaves a namespace keeps its connection and may come back; who never connects is
// closed.
TEST_F(SocketIo, DisconnectsAndTimesOut) {
    const auto link = connected();
    client.say(*link, "41");
    EXPECT_EQ(notes(), "left:client namespace disconnect;");
    EXPECT_EQ(link->take(), "");
    client.say(*link, "40");
    EXPECT_TRUE(link->take().starts_with("40{"));
    notes();
    EXPECT_TRUE(root.emit_to(last, "bye"));
    root.disconnect(last);
    EXPECT_EQ(link->take(), "42[\"bye\"] 41");
    EXPECT_EQ(notes(), "left:server namespace disconnect;");
    EXPECT_FALSE(root.emit_to(last, "late"));
    client.say(*link, "42[\"message\"]");
    EXPECT_EQ(link->take(), "CLOSE0");

    const auto idle = open();
    for (int i = 0; i < 3; ++i) {
        client.advance(15s);
        client.say(*idle, "3");
    }
    EXPECT_TRUE(idle->closed);
}

// Goal: binary messages belong to the packet before them, both ways, and are bounded.
TEST_F(SocketIo, CarriesBinary) {
    const auto link = connected();
    client.say(
        *link, R"(452-7["message",{"_placeholder":true,"num":1},{"_placeholder":true,"num":0}])"
    );
    client.say_binary(*link, "one");
    client.say(*link, "3");
    client.say_binary(*link, "two");
    EXPECT_EQ(
        link->take(),
        R"(452-["message-back",{"_placeholder":true,"num":1},{"_placeholder":true,"num":0}] )"
        "b:one b:two "
        R"(462-7[{"_placeholder":true,"num":1},{"_placeholder":true,"num":0}] b:one b:two)"
    );
    constexpr const char* kHeader = R"(451-["message",{"_placeholder":true,"num":0}])";
    const auto cut = connected();
    client.say(*cut, kHeader);
    client.say(*cut, "42[\"message\"]");
    EXPECT_EQ(cut->take(), "CLOSE0");
    const auto large = connected();
    client.say(*large, kHeader);
    client.say_binary(*large, "01234567890");
    EXPECT_EQ(large->take(), "CLOSE0");
    const auto slow = connected();
    client.say(*slow, kHeader);
    for (int i = 0; i < 2; ++i) {
        client.advance(15s);
        client.say(*slow, "3");
    }
    EXPECT_TRUE(slow->closed);
}

// Goal: an emit reaches each member of the rooms once, and no other client.
TEST_F(SocketIo, EmitsToRooms) {
    std::vector<std::shared_ptr<FakeLink>> links;
    std::vector<SocketId> ids;
    for (int i = 0; i < 4; ++i) {
        links.push_back(connected());
        ids.push_back(last);
    }
    root.join(ids[0], "a");
    root.join(ids[0], "a");
    root.join(ids[0], "b");
    root.join(ids[1], "b");
    root.join(ids[2], "c");
    root.to("a").to("b").emit("n", "1");
    root.to("b").except("a").emit("n", "2");
    root.to(root.find(ids[3])->sid()).emit("n", "3");
    Broadcast(root).except("a").emit("n", "4");
    links[0]->queued = 1;
    root.to("b").as_volatile().emit("n", "5");
    root.to("nobody").emit("n", "6");
    flush();
    EXPECT_EQ(links[0]->take(), "42[\"n\",1]");
    EXPECT_EQ(links[1]->take(), "42[\"n\",1] 42[\"n\",2] 42[\"n\",4] 42[\"n\",5]");
    EXPECT_EQ(links[2]->take(), "42[\"n\",4]");
    EXPECT_EQ(links[3]->take(), "42[\"n\",3] 42[\"n\",4]");
    EXPECT_EQ(io.counters().volatile_dropped, 1U);
    EXPECT_EQ(root.room_size("b"), 2U);
    for (const auto& link : links) client.drop(*link);
    EXPECT_EQ(root.rooms(), 0U);
    EXPECT_EQ(root.size(), 0U);
}

// Goal: no client is in more rooms than allowed, and one that has left is in no room.
TEST_F(SocketIo, BoundsAndForgetsRooms) {
    const auto link = connected();
    root.on_disconnect([](Socket& socket, std::string_view) {
        EXPECT_TRUE(socket.in("a"));
        socket.join("late");
        socket.emit("late");
    });
    EXPECT_TRUE(root.join(last, "a"));
    EXPECT_TRUE(root.join(last, "b"));
    EXPECT_TRUE(root.join(last, "c"));
    EXPECT_TRUE(root.join(last, "a"));
    EXPECT_FALSE(root.join(last, "d"));
    root.leave(last, "b");
    EXPECT_TRUE(root.join(last, "d"));
    client.drop(*link);
    EXPECT_FALSE(root.join(last, "a"));
    EXPECT_EQ(root.rooms(), 0U);
    EXPECT_EQ(link->take(), "");
}

// Goal: rooms agree with a plain model through many joins, leaves and departures.
TEST_F(SocketIo, RoomsAgreeWithAModel) {
    constexpr std::uint64_t kSeed = 20'150'401;
    SCOPED_TRACE(kSeed);
    base::SeededRandom choices(kSeed);
    std::vector<std::shared_ptr<FakeLink>> links;
    std::map<SocketId, std::set<std::string>> model;
    std::vector<SocketId> ids;
    for (int i = 0; i < 20; ++i) {
        links.push_back(connected());
        ids.push_back(last);
        model[last] = {};
    }
    for (int step = 0; step < 5'000; ++step) {
        const SocketId id = ids[choices.below(ids.size())];
        const std::string room(1, static_cast<char>('a' + choices.below(4)));
        if (choices.below(2) == 0) {
            if (root.join(id, room)) model[id].insert(room);
        } else {
            root.leave(id, room);
            model[id].erase(room);
        }
    }
    for (const char* room : {"a", "b", "c", "d"}) {
        const auto expected = std::ranges::count_if(model, [room](const auto& entry) {
            return entry.second.contains(room);
        });
        EXPECT_EQ(root.room_size(room), static_cast<std::size_t>(expected)) << room;
    }
    for (const SocketId id : ids) EXPECT_EQ(root.find(id)->rooms(), model[id].size());
}

// Goal: each emit that asks for an acknowledgement gets exactly one outcome.
TEST_F(SocketIo, WaitsForAcks) {
    const auto link = connected();
    std::string outcomes;
    const auto note = [&outcomes](const AckResult& result) {
        if (result.status == AckResult::Status::answered) outcomes.append(result.args[0]);
        if (result.status == AckResult::Status::timeout) outcomes.append("timeout");
        if (result.status == AckResult::Status::disconnected) outcomes.append("gone");
        outcomes.append(";");
    };
    Socket& socket = *root.find(last);
    EXPECT_TRUE(socket.emit_with_ack("q", "1", client.now + 5s, note));
    EXPECT_TRUE(socket.emit_with_ack("q", "2", client.now + 10s, note));
    EXPECT_FALSE(socket.emit_with_ack("q", "3", client.now + 10s, note));
    EXPECT_EQ(link->take(), "420[\"q\",1] 421[\"q\",2]");
    client.say(*link, "431[\"yes\"]");
    client.say(*link, "431[\"again\"]");
    client.say(*link, "439[\"never asked\"]");
    client.advance(5s);
    EXPECT_EQ(outcomes, "\"yes\";timeout;");
    EXPECT_TRUE(socket.emit_with_ack("q", "4", client.now + 10s, note));
    client.drop(*link);
    EXPECT_EQ(outcomes, "\"yes\";timeout;gone;");
}

// Goal: an acknowledgement that is given after the client has left goes nowhere.
TEST_F(SocketIo, LateAcksAreHarmless) {
    Ack kept;
    root.on_event("later", [&kept](Socket&, const Event& event) { kept = event.ack; });
    const auto link = connected();
    client.say(*link, "425[\"later\"]");
    kept("1");
    EXPECT_EQ(link->take(), "435[1]");
    client.drop(*link);
    kept("2");
    Ack()("3");
    EXPECT_EQ(link->take(), "");
}

// Goal: a handler may disconnect its own socket or close the connection in the middle of a packet.
TEST_F(SocketIo, HandlersMayEndTheirSocket) {
    root.on_event("leave", [](Socket& socket, const Event& event) {
        socket.disconnect();
        EXPECT_FALSE(socket.connected());
        event.ack();
    });
    root.on_event("close", [](Socket& socket, const Event&) { socket.close(); });
    const auto leaving = connected();
    client.say(*leaving, "421[\"leave\"]");
    EXPECT_EQ(leaving->take(), "41");
    const auto closing = connected();
    client.say(*closing, "42[\"close\"]");
    EXPECT_EQ(closing->take(), "CLOSE0");
    EXPECT_EQ(root.size(), 0U);
}

// Goal: JSON is JSON and nothing else is.
TEST(JsonScan, IsStrict) {
    for (const char* good :
         {"0", "-0.5e+7", "\"\\u00e9\\\"\"", "[]", " [ 1 , [ ] ] ", "{\"a\":{}}", "true"}) {
        EXPECT_TRUE(scan_json(good)) << good;
    }
    for (const char* bad :
         {"",      " ",     "01",      "1.",         ".5",          "+1",   "1e",
          "nan",   "'a'",   "\"\t\"",  "\"\\x\"",    "\"\\u12g4\"", "\"a",  "[1,]",
          "[1 2]", "{a:1}", "{\"a\"}", "{\"a\":1,}", "tru",         "[1]]", "\"\xc3\""}) {
        EXPECT_FALSE(scan_json(bad)) << bad;
    }
    const std::string deep(base::limits::kJsonDepthMax, '[');
    EXPECT_TRUE(scan_json(deep + std::string(deep.size(), ']')));
    EXPECT_FALSE(scan_json("[[" + deep + std::string(deep.size() + 2, ']')));
    EXPECT_FALSE(scan_json(std::string(1'000'000, '[')));
    EXPECT_EQ(
        unquote(R"("a\n\u00e9\ud83d\ude00\ud800\/")"), "a\n\xc3\xa9\xf0\x9f\x98\x80\xef\xbf\xbd/"
    );
    EXPECT_EQ(quote("a\"\\\n\x01"), "\"a\\\"\\\\\\u000a\\u0001\"");
}

}  // namespace
}  // namespace flightcast::gateway::socketio
