// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <thread>
#include <utility>

#include "eventlog/kafka/client/settings.h"
#include "eventlog/kafka/consumer/consumer.h"
#include "eventlog/kafka/producer/mock_kafka_testing.h"

namespace flightcast::eventlog::kafka {
namespace {

using base::Errc;
using base::Result;

constexpr std::int16_t kHeartbeatRequest = 12;

// Gives back what the group takes, and counts what it gives.
class Events final : public membership::ConsumerEvents {
  public:
    explicit Events(Consumer& consumer) : consumer_(consumer) {}
    int assignments = 0;

    void assigned(const std::vector<TopicPartition>& /*partitions*/) override {
        ++assignments;
        EXPECT_TRUE(consumer_.assign({}));
    }
    void revoked(bool /*is_lost*/) override { consumer_.unassign(); }
    void committed(const std::vector<Position>& /*all*/, Result<void> /*outcome*/) override {}
    void out_of_range(const TopicPartition& /*at*/, Offset /*place*/) override {}
    void at_end(const TopicPartition& /*at*/, Offset /*next*/) override {}
    void refused_by_group() override {}

  private:
    Consumer& consumer_;
};

// Goal: a fenced consumer says so, and that it is for no reason of the process'; a new client under
// the same name joins again, while a user of the old one still has it.
TEST(RenewedConsumer, JoinsAgainAsANewClient) {
    const base::SystemClock clock;
    MockKafka kafka;
    const KafkaOptions options{
        .brokers = kafka.brokers(),
        .settings = {{"session.timeout.ms", "10000"}, {"heartbeat.interval.ms", "50"}}
    };
    Trouble known{options.brokers, {}, clock};
    auto conf =
        make_conf(options, Role::group_member, {{"group.id", "g"}, {"group.instance.id", "s1"}});
    const auto consumer = Consumer::open(*std::move(conf), known).value();
    Events events(*consumer);
    const auto poll_until = [&](const auto& is_over) {
        Result<std::vector<Record>> last;
        const base::SteadyTime deadline = clock.steady_now() + std::chrono::seconds(30);
        while (!is_over(last) && clock.steady_now() < deadline) {
            last = consumer->poll(1, events);
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        return last;
    };
    ASSERT_TRUE(consumer->subscribe({"t"}));
    poll_until([&](const auto&) { return events.assignments == 1; });
    kafka.refuse(kHeartbeatRequest, RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID);
    const auto fenced = poll_until([](const auto& last) { return !last; });
    EXPECT_EQ(fenced.error().code, Errc::fenced) << fenced.error().detail;
    EXPECT_FALSE(known.fatal());
    const auto old = consumer->client();
    ASSERT_TRUE(consumer->renew());
    EXPECT_NE(consumer->client(), old);
    EXPECT_NE(rd_kafka_fatal_error(old.get(), nullptr, 0), RD_KAFKA_RESP_ERR_NO_ERROR);
    ASSERT_TRUE(consumer->subscribe({"t"}));
    poll_until([&](const auto&) { return events.assignments == 2; });
    EXPECT_TRUE(consumer->is_member());
}

}  // namespace
}  // namespace flightcast::eventlog::kafka
