// SPDX-License-Identifier: Apache-2.0
#include "eventlog/kafka/transactions.h"

#include <gtest/gtest.h>

#include <memory>

#include "eventlog/kafka/housekeeper.h"
#include "eventlog/kafka/mock_kafka_testing.h"
#include "eventlog/kafka/settings.h"

namespace flightcast::eventlog::kafka {
namespace {

using base::Errc;
using base::Result;

struct TransactionsTest : testing::Test, private ClientEvents {
    const base::SystemClock clock;
    MockKafka kafka;
    const KafkaOptions options{.brokers = kafka.brokers(), .delivery = Delivery::exactly_once};
    Trouble known{options.brokers, {}, clock};
    const std::unique_ptr<Producer> producer = Producer::open(options, known, clock).value();
    BulkProducer bulk{options, known, clock};
    TopicDirectory directory{*producer, known};
    Housekeeper housekeeper{directory};
    const LogParts parts{options, clock, known, *producer, bulk, directory, housekeeper};
    const ClientHandle consumer =
        make_client(
            RD_KAFKA_CONSUMER, *make_conf(options, Role::group_member, {{"group.id", "g"}}), *this
        )
            .value();
    const std::shared_ptr<Progress> progress = std::make_shared<Progress>();
    const std::shared_ptr<WakeSlot> slot = std::make_shared<WakeSlot>();
    const std::unique_ptr<Transactions> transactions =
        Transactions::open(parts, "id", *consumer, progress, slot).value();
    Outcomes outcomes;

    TransactionsTest() : ClientEvents(known) {}

    // One transaction with one record; a failure is gone back over, as a member's rewind does.
    Result<void> publish() {
        FC_TRY(const auto publish, progress->begin({}, outcomes.next()));
        FC_TRY_VOID(transactions->publish(some_records(1), publish));
        Result<void> outcome = outcomes.take(1).front();
        if (!outcome) static_cast<void>(progress->rewind());
        return outcome;
    }
};

// Goal: transactions that lost count with a broker fail once and go on with another client.
TEST_F(TransactionsTest, GoOnAfterTheyLostCount) {
    ASSERT_TRUE(publish());
    kafka.refuse(kProduceRequest, RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER);
    const Result<void> lost = publish();
    ASSERT_FALSE(lost);
    EXPECT_EQ(lost.error().code, Errc::unavailable) << lost.error().detail;
    const Result<void> again = publish();
    EXPECT_TRUE(again) << again.error().detail;
    EXPECT_FALSE(known.fatal());
}

}  // namespace
}  // namespace flightcast::eventlog::kafka
