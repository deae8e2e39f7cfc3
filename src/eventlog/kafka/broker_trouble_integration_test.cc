// SPDX-License-Identifier: Apache-2.0
//
// Whoever cannot reach Kafka is told why, in the error of the call that suffers from it.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <string>

#include "base/clock.h"
#include "eventlog/kafka/kafka_log.h"
#include "eventlog/kafka/live_kafka_testing.h"

namespace flightcast::eventlog::kafka {
namespace {

using namespace std::chrono_literals;
using base::Error;

std::string variable(const char* name) {
    const char* const value = std::getenv(name);
    return value == nullptr ? "" : value;
}

// The end of asking for the topics.
Error error_of(KafkaOptions options) {
    const base::SystemClock clock;
    options.call_timeout = 5s;
    const auto log = KafkaLog::open(std::move(options), clock);
    if (!log) return log.error();
    const auto topics = (*log)->admin().topics();
    EXPECT_FALSE(topics);
    return topics ? Error{} : topics.error();
}

void expect_said(const Error& error, const std::string& part) {
    EXPECT_NE(error.detail.find(part), std::string::npos) << error.detail;
}

// Goal: nobody listens, or the name does not resolve: said, with the address.
TEST(BrokerTrouble, NamesWhatCannotBeReached) {
    const Error refused = error_of({.brokers = "127.0.0.1:1"});
    expect_said(refused, "127.0.0.1:1");
    expect_said(refused, "Connection refused");
    const Error unknown = error_of({.brokers = "no-such-host.invalid:9092"});
    expect_said(unknown, "no-such-host.invalid");
    expect_said(unknown, "advertised.listeners");
}

struct Secured : testing::Test {
    const std::string sasl = variable("FLIGHTCAST_TEST_KAFKA_SASL");
    const std::string tls = variable("FLIGHTCAST_TEST_KAFKA_TLS");
    const std::string ca = variable("FLIGHTCAST_TEST_KAFKA_CA");

    void SetUp() override {
        if (sasl.empty() || tls.empty()) GTEST_SKIP() << "no secured listeners to test with";
    }
    [[nodiscard]] std::map<std::string, std::string> login(const std::string& password) const {
        return {
            {"security.protocol", "sasl_plaintext"},
            {"sasl.mechanism", "PLAIN"},
            {"sasl.username", "flightcast"},
            {"sasl.password", password},
        };
    }
};

// Goal: a wrong password is called one.
TEST_F(Secured, NamesAWrongPassword) {
    const Error error = error_of({.brokers = sasl, .settings = login("wrong")});
    expect_said(error, "Authentication failed");
    expect_said(error, "check security.protocol");
}

// Goal: a certificate that nobody vouches for is called so.
TEST_F(Secured, NamesAnUnknownAuthority) {
    auto settings = login("flightcast-secret");
    settings["security.protocol"] = "sasl_ssl";
    const Error error = error_of({.brokers = tls, .settings = settings});
    expect_said(error, "certificate");
    expect_said(error, "ssl.ca.location");
}

// Goal: the right password and authority get through.
TEST_F(Secured, ConnectsWithPasswordAndAuthority) {
    const base::SystemClock clock;
    auto settings = login("flightcast-secret");
    const auto plain = KafkaLog::open({.brokers = sasl, .settings = settings}, clock);
    ASSERT_TRUE(plain);
    EXPECT_TRUE((*plain)->admin().topics());
    settings["security.protocol"] = "sasl_ssl";
    settings["ssl.ca.location"] = ca;
    const auto encrypted = KafkaLog::open({.brokers = tls, .settings = settings}, clock);
    ASSERT_TRUE(encrypted);
    EXPECT_TRUE((*encrypted)->admin().topics());
}

}  // namespace
}  // namespace flightcast::eventlog::kafka
