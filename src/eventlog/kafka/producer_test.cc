// SPDX-License-Identifier: Apache-2.0
//
// Against librdkafka's own broker in memory, which can be told what to refuse.
#include "eventlog/kafka/producer.h"

#include <gtest/gtest.h>
#include <librdkafka/rdkafka_mock.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace flightcast::eventlog::kafka {
namespace {

using namespace std::chrono_literals;
using base::Errc;
using base::Result;

// Numbers of requests in Kafka's protocol.
constexpr std::int16_t kProduce = 0;
constexpr std::int16_t kInitProducerId = 22;

using MockHandle = Handle<rd_kafka_mock_cluster_t, rd_kafka_mock_cluster_destroy>;

// What became of some sends; their completions come on the producer's thread.
class Outcomes {
  public:
    Done next() {
        return [this](Result<void> outcome) {
            const std::lock_guard lock(mutex_);
            outcomes_.push_back(std::move(outcome));
        };
    }
    std::vector<Result<void>> await(std::size_t count) {
        while (size() < count) std::this_thread::sleep_for(1ms);
        const std::lock_guard lock(mutex_);
        return std::move(outcomes_);
    }

  private:
    std::size_t size() {
        const std::lock_guard lock(mutex_);
        return outcomes_.size();
    }
    std::mutex mutex_;
    std::vector<Result<void>> outcomes_;  // guarded by mutex_
};

struct ProducerTest : testing::Test {
    const base::SystemClock clock;
    const ClientHandle host{rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), nullptr, 0)};
    const MockHandle cluster{rd_kafka_mock_cluster_new(host.get(), 1)};
    const KafkaOptions options{
        .brokers = rd_kafka_mock_cluster_bootstraps(cluster.get()),
        .settings = {{"allow.auto.create.topics", "true"}},
    };
    Trouble trouble{options.brokers, {}, clock};
    std::unique_ptr<Producer> producer = Producer::open(options, trouble, clock).value();
    Outcomes outcomes;

    void refuse(std::int16_t request, rd_kafka_resp_err_t code, std::size_t times = 1) {
        const std::vector<rd_kafka_resp_err_t> codes(times, code);
        rd_kafka_mock_push_request_errors_array(cluster.get(), request, times, codes.data());
    }
    static std::vector<NewRecord> some(std::size_t count) {
        return std::vector<NewRecord>(count, {.topic = "t", .key = "k", .value = "v"});
    }
    // The outcome of one record.
    Result<void> send() {
        FC_TRY_VOID(producer->send(some(1), outcomes.next()));
        return outcomes.await(1).front();
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
    refuse(kProduce, RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER);
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
    refuse(kProduce, RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER);
    std::size_t sent = 0;
    for (int i = 0; i < 1'000; ++i) {
        if (producer->send(some(3), outcomes.next())) ++sent;
    }
    EXPECT_EQ(outcomes.await(sent).size(), sent);
    EXPECT_TRUE(send_until_settled());
    EXPECT_EQ(producer->records_in_flight(), 0U);
}

// Goal: losses without end are no broker that hung: they are fatal, and what is sent is refused.
TEST_F(ProducerTest, GivesUpAfterManyLosses) {
    ASSERT_TRUE(send_until_settled());
    refuse(kProduce, RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER, 100);
    const Result<void> settled = send_until_settled();
    EXPECT_FALSE(settled);
    EXPECT_TRUE(trouble.fatal());
}

// Goal: what no other client would be allowed either is fatal at once.
TEST_F(ProducerTest, IsNotReplacedWhenItIsRefused) {
    producer.reset();
    refuse(kInitProducerId, RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED);
    producer = Producer::open(options, trouble, clock).value();
    EXPECT_FALSE(send_until_settled());
    EXPECT_TRUE(trouble.fatal());
}

}  // namespace
}  // namespace flightcast::eventlog::kafka
