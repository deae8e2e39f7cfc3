// SPDX-License-Identifier: Apache-2.0
//
// Emits to clients and their answers: volatile emits, binary questions, broadcasts.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "gateway/engineio/engineio_testing.h"
#include "gateway/socketio/server.h"

namespace flightcast::gateway::socketio {
namespace {

using namespace std::chrono_literals;
using engineio::FakeLink;

class Acks : public ::testing::Test {
  protected:
    Acks() {
        root.on_connect([this](Socket& socket, std::string_view) { ids.push_back(socket.id()); });
    }

    std::shared_ptr<FakeLink> connected() {
        auto link = client.open("transport=websocket");
        client.say(*link, "40");
        link->take();
        return link;
    }

    base::SeededRandom random{1};
    Server io{{.acks_per_socket_max = 1}, random};
    Namespace& root = io.of("/");
    engineio::FakeClient client{io.engine(), "/socket.io/"};
    std::vector<SocketId> ids;
};

// "\"a\";\"b\"; missing 1"
std::string text_of(const BroadcastAcks& acks) {
    std::string text;
    for (const std::string& answer : acks.answers) text.append(answer).append("; ");
    return text + "missing " + std::to_string(acks.missing);
}

// Goal: a volatile emit is dropped for a client that does not keep up, over either transport.
TEST_F(Acks, VolatileEmitsAreDropped) {
    const auto link = connected();
    Socket& socket = *root.find(ids[0]);
    socket.emit_volatile("n", "1");
    link->queued = 1;
    socket.emit_volatile("n", "2");
    link->queued = 0;
    socket.emit_volatile("n", "3");
    EXPECT_EQ(link->take(), R"(42["n",1] 42["n",3])");

    const std::string sid = "transport=polling&sid=" + client.handshake();
    client.post(sid, "40");
    client.get(sid);
    Socket& polling = *root.find(ids[1]);
    polling.emit_volatile("n", "4");  // No poll waits.
    const auto poll = client.get(sid);
    polling.emit_volatile("n", "5");
    io.engine().flush(client.now);
    EXPECT_EQ(poll->text(), R"(200 42["n",5])");
    EXPECT_EQ(io.counters().volatile_dropped, 2U);
}

// Goal: a question may carry binary, and so may its answer.
TEST_F(Acks, QuestionsCarryBinary) {
    const auto link = connected();
    const std::vector<std::string> parts = {"one"};
    std::string got;
    root.find(ids[0])->emit_with_ack(
        "q",
        R"({"_placeholder":true,"num":0})",
        client.now + 1s,
        [&got](const AckResult& result) {
            got = std::string(result.args_json()) + " " + result.attachments[0];
        },
        parts
    );
    EXPECT_EQ(link->take(), R"(451-0["q",{"_placeholder":true,"num":0}] b:one)");
    client.say(*link, R"(461-0[{"_placeholder":true,"num":0},7])");
    EXPECT_EQ(got, "");
    client.say_binary(*link, "two");
    EXPECT_EQ(got, R"({"_placeholder":true,"num":0},7 two)");
}

// Goal: a broadcast that asks is done once: when all have answered, left or run out of time.
TEST_F(Acks, BroadcastsCollectAnswers) {
    std::vector<std::shared_ptr<FakeLink>> links;
    for (int i = 0; i < 4; ++i) links.push_back(connected());
    std::vector<std::string> outcomes;
    const auto note = [&outcomes](const BroadcastAcks& acks) { outcomes.push_back(text_of(acks)); };
    Broadcast(root).except(root.find(ids[3])->sid()).emit_with_ack("q", "1", client.now + 5s, note);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(links[i]->take(), R"(420["q",1])") << i;
    EXPECT_EQ(links[3]->take(), "");
    client.say(*links[0], R"(430["yes",1])");
    client.drop(*links[1]);
    EXPECT_TRUE(outcomes.empty());
    // The third has a question open, which is all it may have.
    root.to(root.find(ids[2])->sid()).emit_with_ack("q", "2", client.now + 5s, note);
    EXPECT_EQ(outcomes, std::vector<std::string>{"missing 1"});
    client.advance(5s);
    EXPECT_EQ(outcomes.back(), R"("yes",1; missing 2)");
    client.say(*links[2], R"(430["late"])");
    root.to("nobody").emit_with_ack("q", "3", client.now + 5s, note);
    EXPECT_EQ(outcomes.size(), 3U);
    EXPECT_EQ(outcomes.back(), "missing 0");
}

}  // namespace
}  // namespace flightcast::gateway::socketio
