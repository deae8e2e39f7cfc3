// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <memory>

#include "eventlog/kafka/admin/kafka_admin.h"
#include "eventlog/kafka/producer/mock_kafka_testing.h"
#include "eventlog/kafka/shared/housekeeper.h"

namespace flightcast::eventlog::kafka {
namespace {

struct MovedGroupTest : testing::Test {
    const base::SystemClock clock;
    MockKafka kafka;
    const KafkaOptions options{.brokers = kafka.brokers()};
    Trouble known{options.brokers, {}, clock};
    const std::unique_ptr<Producer> producer = Producer::open(options, known).value();
    BulkProducer bulk{options, known};
    TopicDirectory directory{*producer, known};
    Housekeeper housekeeper{directory};
    Prober prober{options, known};
    const LogParts parts{options, clock, known, *producer, bulk, directory, housekeeper, prober};
    KafkaAdmin admin{parts};
    const std::vector<Position> target{{{"t", PartitionId(0)}, Offset(7)}};
};

// Goal: a coordinator that is not there yet is asked again until it takes the group's position.
TEST_F(MovedGroupTest, WaitsForTheCoordinator) {
    kafka.refuse(kOffsetCommitRequest, RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS, 3);
    const auto moved = admin.set_committed("g", target);
    ASSERT_TRUE(moved) << moved.error().detail;
    EXPECT_EQ(admin.committed("g", {"t"}).value(), target);
}

// Goal: a group that still has members is not asked again, and the message says to stop them.
TEST_F(MovedGroupTest, RefusesWhileThereAreMembers) {
    kafka.refuse(kOffsetCommitRequest, RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID);
    const auto moved = admin.set_committed("g", target);
    ASSERT_FALSE(moved);
    EXPECT_EQ(moved.error().code, base::Errc::unavailable);
    EXPECT_NE(moved.error().detail.find("stop its members first"), std::string::npos);
}

}  // namespace
}  // namespace flightcast::eventlog::kafka
