// SPDX-License-Identifier: Apache-2.0
#include "gateway/push.h"

#include <gtest/gtest.h>

#include <string>

#include "base/limits.h"
#include "gateway/engineio/engineio_testing.h"
#include "gateway/socketio/json_scan.h"
#include "gateway/socketio/server.h"

namespace flightcast::gateway {
namespace {

using engineio::FakeLink;
using flight::OutcomeKind;

constexpr std::string_view kId = "8e90da7e-63f5-45f9-8f3d-7d948120e5a2";
constexpr std::string_view kRecord =
    R"({"Origin":"ATL","UUID":"8e90da7e-63f5-45f9-8f3d-7d948120e5a2","Prediction":2.0})";

// A pusher with one client, who joins kId. It knows no outcome yet, for the first one of an id
// counts.
class Scene {
  public:
    std::shared_ptr<FakeLink> join() {
        auto link = client_.open("transport=websocket");
        client_.say(*link, "40");
        client_.say(*link, R"(42["join",{"request_id":")" + std::string(kId) + "\"}]");
        link->take();
        return link;
    }

    // What the client gets when this stands on the response topic.
    std::string pushed(std::string record, OutcomeKind kind) {
        const auto link = join();
        const auto outcome = flight::outcome_of_record(kind, std::move(record));
        if (!outcome) return "no outcome";
        pusher_.deliveries().arrived(std::make_shared<const flight::Outcome>(*outcome));
        io_.engine().flush(client_.now);
        return link->take();
    }

  private:
    PushParts parts() {
        return {
            .root = io_.of("/"),
            .store = nullptr,
            .clock = clock_,
            .post = [](std::move_only_function<void()> task) { task(); },
            .on_push = [](Push, const base::Uuid&) {},
            .options = {}
        };
    }

    base::ManualClock clock_;
    base::SystemRandom random_;
    socketio::Server io_{{}, random_};
    engineio::FakeClient client_{io_.engine(), "/socket.io/"};
    Pusher pusher_{parts()};
};

std::string pushed(std::string record, OutcomeKind kind = OutcomeKind::prediction) {
    return Scene().pushed(std::move(record), kind);
}

// Goal: a record that is JSON goes out byte by byte as it stands in the log.
TEST(Push, SendsRecordsAsTheyStand) {
    const std::string record = std::string(kRecord) + " ";
    EXPECT_EQ(pushed(record), "42[\"prediction_ready\"," + record + "]");
}

// Goal: (python-socketio before 5.14.0, CVE-2025-61765) who may write to the log is not trusted
// with clients: what is not JSON never becomes part of a packet, and what is no prediction is said
// to be none.
TEST(Push, PythonSocketIo5140RecordsAreNotTrusted) {
    const std::string id(kId);
    const std::string unreadable =
        R"(42["prediction_failed",{"request_id":")" + id +
        R"(","reason":"unreadable",)"
        R"("message":"What came as the prediction is none.","final":true}])";
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
             // Whoever wrote these made no prediction.
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
}  // namespace flightcast::gateway
