// SPDX-License-Identifier: Apache-2.0
#include "eventlog/kafka/producer/producer.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <thread>

#include "eventlog/kafka/producer/mock_kafka_testing.h"

namespace flightcast::eventlog::kafka {
namespace {

using namespace std::chrono_literals;
using base::Errc;
using base::Result;

struct ProducerTest : testing::Test {
    const base::SystemClock clock;
    MockKafka kafka;
    const KafkaOptions options{.brokers = kafka.brokers()};
    Trouble trouble{options.brokers, {}, clock};
    std::unique_ptr<Producer> producer = Producer::open(options, trouble).value();
    Outcomes outcomes;

    Result<void> send() {
        FC_TRY_VOID(producer->send(some_records(1), outcomes.next()));
        return outcomes.take(1).front();
    }
    // Sends until it is accepted, or why it never will be.
    Result<void> send_until_settled() {
        while (true) {
            Result<void> outcome = send();
            if (outcome || outcome.error().code == Errc::closed) return outcome;
            std::this_thread::sleep_for(1ms);
        }
    }
};

// Goal: a producer that lost count with a broker says so to whoever waits and goes on with another
// client; the process needs not end for it.
TEST_F(ProducerTest, IsReplacedWhenItLostCount) {
    ASSERT_TRUE(send_until_settled());
    kafka.refuse(kProduceRequest, RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER);
    const Result<void> lost = send();
    ASSERT_FALSE(lost);
    EXPECT_EQ(lost.error().code, Errc::unavailable);
    EXPECT_NE(lost.error().detail.find("lost count"), std::string::npos) << lost.error().detail;
    const Result<void> settled = send_until_settled();
    EXPECT_TRUE(settled) << settled.error().detail;
    EXPECT_FALSE(trouble.fatal());
    EXPECT_EQ(producer->records_in_flight(), 0U);
}

// Goal: whatever is under way at the loss is completed, once each, and nobody waits for ever.
TEST_F(ProducerTest, CompletesWhatIsUnderWayAtTheLoss) {
    ASSERT_TRUE(send_until_settled());
    kafka.refuse(kProduceRequest, RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER);
    std::size_t sent = 0;
    for (int i = 0; i < 1'000; ++i) {
        if (producer->send(some_records(3), outcomes.next())) ++sent;
    }
    EXPECT_EQ(outcomes.take(sent).size(), sent);
    EXPECT_TRUE(send_until_settled());
    EXPECT_EQ(producer->records_in_flight(), 0U);
}

// Goal: losses without end are no broker that hung: they are fatal, and what is sent is refused.
TEST_F(ProducerTest, GivesUpAfterManyLosses) {
    ASSERT_TRUE(send_until_settled());
    kafka.refuse(kProduceRequest, RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER, 100);
    EXPECT_FALSE(send_until_settled());
    EXPECT_TRUE(trouble.fatal());
}

// Goal: what no other client would be allowed either is fatal at once.
TEST_F(ProducerTest, IsNotReplacedWhenItIsRefused) {
    producer.reset();
    kafka.refuse(kInitProducerIdRequest, RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED);
    producer = Producer::open(options, trouble).value();
    EXPECT_FALSE(send_until_settled());
    EXPECT_TRUE(trouble.fatal());
}

// Goal: librdkafka's own statistics are told, and the requests of a record are among them.
TEST(ProducerFigures, AreTold) {
    const base::SystemClock clock;
    const MockKafka kafka;
    std::atomic<std::int64_t> requests = 0;
    KafkaOptions options{
        .brokers = kafka.brokers(), .settings = {{"statistics.interval.ms", "10"}}
    };
    options.measured = [&requests](const ClientFigures& grown) {
        EXPECT_EQ(grown.kind, ClientKind::producer);
        requests += grown.requests;
    };
    Trouble trouble(options.brokers, {}, clock, options.measured);
    const auto producer = Producer::open(options, trouble).value();
    Outcomes outcomes;
    ASSERT_TRUE(producer->send(some_records(1), outcomes.next()));
    static_cast<void>(outcomes.take(1));
    while (requests == 0) std::this_thread::sleep_for(1ms);
}

}  // namespace
}  // namespace flightcast::eventlog::kafka
