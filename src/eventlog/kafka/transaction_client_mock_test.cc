// SPDX-License-Identifier: Apache-2.0
#include "eventlog/kafka/transaction_client.h"

#include <gtest/gtest.h>

#include <memory>

#include "eventlog/kafka/client/settings.h"
#include "eventlog/kafka/producer/mock_kafka_testing.h"
#include "eventlog/kafka/shared/housekeeper.h"

namespace flightcast::eventlog::kafka {
namespace {

using Kind = membership::StepResult::Kind;

struct TransactionClientTest : testing::Test {
    const base::SystemClock clock;
    MockKafka kafka;
    const KafkaOptions options{.brokers = kafka.brokers(), .delivery = Delivery::exactly_once};
    Trouble known{options.brokers, {}, clock};
    const std::unique_ptr<Producer> producer = Producer::open(options, known).value();
    BulkProducer bulk{options, known};
    TopicDirectory directory{*producer, known};
    Housekeeper housekeeper{directory};
    Prober prober{options, known};
    const LogParts parts{options, clock, known, *producer, bulk, directory, housekeeper, prober};
    const std::unique_ptr<Consumer> consumer =
        Consumer::open(*make_conf(options, Role::group_member, {{"group.id", "g"}}), known).value();
    TransactionClient client{parts, *consumer, "id"};

    void open() {
        while (client.open().kind != Kind::done) client.pause(std::chrono::milliseconds(1));
    }
    // One transaction with one record; where it failed.
    Kind publish() {
        if (const auto begun = client.begin(); begun.kind != Kind::done) return begun.kind;
        if (const auto sent = client.append(some_records(1), false); sent.kind != Kind::done) {
            return sent.kind;
        }
        return client.commit().kind;
    }
};

// Goal: a client that lost count with a broker says that a new one is needed, which works.
TEST_F(TransactionClientTest, WantsToBeReplacedWhenItLostCount) {
    open();
    ASSERT_EQ(publish(), Kind::done);
    kafka.refuse(kProduceRequest, RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER);
    EXPECT_EQ(publish(), Kind::new_client);
    open();
    EXPECT_EQ(publish(), Kind::done);
    EXPECT_FALSE(known.fatal());
}

// Goal: a record that its topic refuses for good is told with its index, and a new client goes on.
TEST_F(TransactionClientTest, TellsWhichRecordIsRefused) {
    open();
    kafka.refuse(kProduceRequest, RD_KAFKA_RESP_ERR_INVALID_RECORD);
    ASSERT_EQ(client.begin().kind, Kind::done);
    const auto refused = client.append(some_records(1), true);
    EXPECT_EQ(refused.kind, Kind::refused) << refused.error.detail;
    EXPECT_EQ(refused.record, 0U);
    open();
    EXPECT_EQ(publish(), Kind::done);
}

}  // namespace
}  // namespace flightcast::eventlog::kafka
