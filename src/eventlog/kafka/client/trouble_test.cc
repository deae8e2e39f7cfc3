// SPDX-License-Identifier: Apache-2.0
#include "eventlog/kafka/client/trouble.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace flightcast::eventlog::kafka {
namespace {

using base::Errc;

struct TroubleTest : testing::Test {
    base::ManualClock clock;
    std::vector<std::string> told;
    Trouble trouble{
        "broker:9092", [this](NoticeLevel, const std::string& text) { told.push_back(text); }, clock
    };
    static bool has(const std::string& text, const std::string& part) {
        return text.find(part) != std::string::npos;
    }
};

// Goal: a call that only timed out says why, with what to do; one with a reason of its own does not
// drag in another.
TEST_F(TroubleTest, ExplainsTimeouts) {
    const auto bare = trouble.explain(RD_KAFKA_RESP_ERR__TIMED_OUT, "asking for topics");
    EXPECT_EQ(bare.code, Errc::timeout);
    EXPECT_TRUE(has(bare.detail, "Kafka at broker:9092: asking for topics"));
    trouble.note(
        RD_KAFKA_RESP_ERR__AUTHENTICATION,
        "sasl: Authentication failed: Invalid username or password (after 3ms in state AUTH)"
    );
    const auto explained = trouble.explain(RD_KAFKA_RESP_ERR__TIMED_OUT, "asking for topics");
    EXPECT_TRUE(has(explained.detail, "Invalid username or password"));
    EXPECT_TRUE(has(explained.detail, "check security.protocol"));
    EXPECT_FALSE(has(explained.detail, "in state AUTH"));
    const auto other = trouble.explain(RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, "appending");
    EXPECT_EQ(other.code, Errc::invalid_argument);
    EXPECT_FALSE(has(other.detail, "Invalid username"));
}

// Goal: of a broker that hangs it is said that it hangs, not that it is older than it is.
TEST_F(TroubleTest, GuessesNoVersionOfAHungBroker) {
    trouble.note(
        RD_KAFKA_RESP_ERR__TRANSPORT,
        "b:9092/bootstrap: ApiVersionRequest failed: Local: Timed out: probably due to broker "
        "version < 0.10 (see api.version.request configuration) (after 4001ms in state "
        "APIVERSION_QUERY)"
    );
    EXPECT_EQ(
        trouble.latest()->detail,
        "Kafka: b:9092/bootstrap: ApiVersionRequest failed: the broker did not answer in time"
    );
}

// Goal: a certificate without a known authority is told with the setting that helps, in whichever
// words and with whichever code the failed handshake is reported.
TEST_F(TroubleTest, AdvisesOnCertificates) {
    for (const auto code : {RD_KAFKA_RESP_ERR__SSL, RD_KAFKA_RESP_ERR__TRANSPORT}) {
        trouble.note(
            code,
            "sasl_ssl://b:9093/bootstrap: error:0A000086:SSL routines::certificate verify failed"
        );
        EXPECT_TRUE(has(trouble.latest()->detail, "certificate verify failed"));
        EXPECT_TRUE(has(trouble.latest()->detail, "ssl.ca.location"));
    }
}

// Goal: that all brokers are down does not hide why; success ends the trouble.
TEST_F(TroubleTest, KeepsTheReasonUntilAllIsWell) {
    trouble.note(RD_KAFKA_RESP_ERR__TRANSPORT, "Connect failed: Connection refused");
    trouble.note(RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, "1/1 brokers are down");
    EXPECT_TRUE(has(trouble.latest()->detail, "Connection refused"));
    trouble.all_is_well();
    EXPECT_FALSE(trouble.latest());
}

// Goal: a broker that stays away is not told every second; another trouble is told at once.
TEST_F(TroubleTest, DoesNotRepeatItself) {
    for (int i = 0; i < 10; ++i) {
        trouble.note(RD_KAFKA_RESP_ERR__TRANSPORT, "Connection refused");
        clock.advance(std::chrono::seconds(1));
    }
    EXPECT_EQ(told.size(), 1U);
    trouble.note(RD_KAFKA_RESP_ERR__RESOLVE, "Failed to resolve 'nowhere:1'");
    EXPECT_EQ(told.size(), 2U);
    clock.advance(std::chrono::minutes(1));
    trouble.note(RD_KAFKA_RESP_ERR__RESOLVE, "Failed to resolve 'nowhere:1'");
    EXPECT_EQ(told.size(), 3U);
}

// Goal: what cannot be mended stays, whatever succeeds after it.
TEST_F(TroubleTest, RemembersTheFatal) {
    trouble.note_fatal(RD_KAFKA_RESP_ERR__FENCED, "Producer fenced by newer instance");
    trouble.all_is_well();
    ASSERT_TRUE(trouble.fatal());
    EXPECT_EQ(trouble.fatal()->code, Errc::fenced);
}

}  // namespace
}  // namespace flightcast::eventlog::kafka
