// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "eventlog/conformance_testing.h"
#include "eventlog/kafka/live_kafka_testing.h"

namespace flightcast::eventlog {
namespace {

std::unique_ptr<LogFixture> make_kafka_fixture() {
    if (kafka::live_brokers().empty()) return nullptr;
    return std::make_unique<kafka::LiveFixture>();
}

std::unique_ptr<LogFixture> make_exactly_once_fixture() {
    if (kafka::live_brokers().empty()) return nullptr;
    kafka::KafkaOptions options = kafka::test_options();
    options.delivery = kafka::Delivery::exactly_once;
    return std::make_unique<kafka::LiveFixture>(std::move(options));
}

INSTANTIATE_TEST_SUITE_P(AtLeastOnce, EventLogConformance, testing::Values(make_kafka_fixture));
INSTANTIATE_TEST_SUITE_P(
    ExactlyOnce, EventLogConformance, testing::Values(make_exactly_once_fixture)
);

}  // namespace
}  // namespace flightcast::eventlog
