// SPDX-License-Identifier: Apache-2.0
#include "gateway/original/push.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/limits.h"
#include "gateway/engineio/engineio_testing.h"
#include "gateway/socketio/json_scan.h"
#include "gateway/socketio/server.h"

namespace flightcast::gateway::original {
namespace {

using engineio::FakeLink;
using flight::OutcomeKind;

constexpr std::string_view kId = "8e90da7e-63f5-45f9-8f3d-7d948120e5a2";
constexpr std::string_view kRecord =
    R"({"Origin":"ATL","UUID":"8e90da7e-63f5-45f9-8f3d-7d948120e5a2","Prediction":2.0})";

// A pusher with one client, which joins kId.
struct Scene {
    Scene() {
        client.say(*link, "40");
        client.say(*link, R"(42["join",{"request_id":")" + std::string(kId) + "\"}]");
        link->take();
    }

    PushParts parts() {
        return {
            .root = io.of("/"),
            .store = nullptr,
            .clock = clock,
            .post = [](std::move_only_function<void()> task) { task(); },
            .on_push = [this](Push push, const auto&) { pushes.push_back(push); },
            .options = {}
        };
    }

    // The client's answer to this packet.
    std::string answer(std::string_view packet) {
        client.say(*link, packet);
        return link->take();
    }

    std::vector<Push> pushes;
    base::ManualClock clock;
    base::SystemRandom random;
    socketio::Server io{{}, random};
    engineio::FakeClient client{io.engine(), "/socket.io/"};
    Pusher pusher{parts()};
    std::shared_ptr<FakeLink> link = client.open("transport=websocket");
};

// The client's message when this stands on the response topic.
std::string pushed(std::string record, OutcomeKind kind = OutcomeKind::prediction) {
    Scene scene;
    const auto outcome = flight::outcome_of_record(kind, std::move(record));
    if (!outcome) return "no outcome";
    scene.pusher.deliveries().arrived(std::make_shared<const flight::Outcome>(*outcome));
    scene.io.engine().flush(scene.client.now);
    return scene.link->take();
}

// Goal: a room is named by text or a number; other values, or a number that JSON cannot write, join
// nothing.
TEST(RoomOfJoin, TakesWhatNamesARoom) {
    const auto room = [](const char* id) {
        return room_of_join(R"({"request_id":)" + std::string(id) + "}", {"request_id"})
            .value_or("none");
    };
    EXPECT_EQ(room("\"x\""), "\"x\"");
    EXPECT_EQ(room("7"), "7");
    for (const char* id : {"0", "0.0", "1e999", "-1e999", "null", "false", "\"\"", "[]", "{}"}) {
        EXPECT_EQ(room(id), "none") << id;
    }
}

// Goal: every join is answered: by `joined`, or by the fault in it, in the acknowledgement
// too when one is asked for; and counted.
TEST(Join, IsAlwaysAnswered) {
    Scene scene;
    const std::string invalid =
        R"({"request_id":null,"reason":"invalid_join","message":"The join names no request: send )"
        R"({\"request_id\": ID} with the id that the submission returned.","final":true})";
    std::size_t refused = 0;
    for (const char* args :
         {"",
          ",null",
          ",{}",
          ",\"x\"",
          ",7",
          ",[]",
          R"(,{"uuid":"x"})",
          R"(,{"request_id":""})",
          R"(,{"request_id":[1]})",
          R"(,{"request_id":{}},{"request_id":"x"})"}) {
        const std::string join = "[\"join\"" + std::string(args) + "]";
        const std::string failed = "42[\"prediction_failed\"," + invalid + "]";
        EXPECT_EQ(scene.answer("42" + join), failed) << args;
        EXPECT_EQ(scene.answer("427" + join), failed + " 437[" + invalid + "]") << args;
        refused += 2;
    }
    const std::string stranger = scene.answer(R"(429["join",{"request_id":"a"}])");
    EXPECT_TRUE(stranger.starts_with(
        R"(42["joined",{"room":"a"}] 42["prediction_failed",{"request_id":"a","reason":"invalid_id")"
    )) << stranger;
    EXPECT_NE(stranger.find(R"( 439[{"request_id":"a")"), std::string::npos) << stranger;
    EXPECT_EQ(scene.pushes, std::vector<Push>(refused + 1, Push::invalid_join));
    const std::string good = R"(["join",{"request_id":")" + std::string(kId) + "\"}]";
    EXPECT_EQ(
        scene.answer("428" + good), R"(42["joined",{"room":")" + std::string(kId) + "\"}] 438[]"
    );
}

// Goal: a record that is JSON goes out byte by byte as it stands in the log.
TEST(Push, SendsRecordsAsTheyStand) {
    const std::string record = std::string(kRecord) + " ";
    EXPECT_EQ(pushed(record), "42[\"prediction_ready\"," + record + "]");
}

// Goal: (python-socketio before 5.14.0, CVE-2025-61765) writers of the log are not trusted with
// clients: a record that is not JSON never becomes part of a packet, and one that is not a
// prediction is called invalid.
TEST(Push, PythonSocketIo5140RecordsAreNotTrusted) {
    const std::string id(kId);
    const std::string unreadable =
        R"(42["prediction_failed",{"request_id":")" + id +
        R"(","reason":"unreadable",)"
        R"("message":"The record on the response topic is not a valid prediction.","final":true}])";
    struct Case {
        std::string record;
        std::string packet;  // its start
    };
    const std::string ready = R"(42["prediction_ready",{"Origin":)";
    for (const Case& entry : {
             // As Spark reads: put in order.
             Case{"{'Origin':'ATL','UUID':'" + id + "','Prediction':2.0}", ready + "\"ATL\""},
             Case{"{\"Origin\":\"A\xff\",\"UUID\":\"" + id + "\",\"Prediction\":2.0}", ready},
             Case{std::string(kRecord) + "],\"evil\"]", ready + "\"ATL\""},
             Case{
                 std::string(kRecord) + "\x1e"
                                        "41",
                 ready + "\"ATL\""
             },
             // These are not predictions.
             Case{R"({"UUID":")" + id + R"(","Prediction":)", unreadable},
             Case{R"({"UUID":")" + id + "\"" + std::string(100'000, '['), unreadable},
             Case{
                 R"({"UUID":")" + id + R"(","x":")" +
                     std::string(base::limits::kRecordBytesMax, 'x') + "\"}",
                 unreadable
             },
         }) {
        const std::string packet = pushed(entry.record);
        EXPECT_TRUE(packet.starts_with(entry.packet)) << packet.substr(0, 200);
        ASSERT_TRUE(packet.starts_with("42"));
        EXPECT_TRUE(socketio::scan_json(packet.substr(2))) << packet.substr(0, 200);
    }
    for (const char* record : {"", "null", "[]", "{", "\x80\x04N.", R"({"UUID":"8e90"})"}) {
        EXPECT_EQ(pushed(record), "no outcome") << record;
    }
}

// Goal: dead letters are not trusted either: the client gets JSON, whatever they say.
TEST(Push, DeadLettersAreNotTrusted) {
    for (const char* rest :
         {"",
          ",\"Reason\":\"a\xff\"",
          ",\"Reason\":",
          "\x1e"
          "41"}) {
        const std::string packet =
            pushed(R"({"UUID":")" + std::string(kId) + "\"" + rest, OutcomeKind::failure);
        ASSERT_TRUE(packet.starts_with(R"(42["prediction_failed",{)")) << packet;
        EXPECT_TRUE(socketio::scan_json(packet.substr(2))) << packet;
    }
}

}  // namespace
}  // namespace flightcast::gateway::original
