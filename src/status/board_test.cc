// SPDX-License-Identifier: Apache-2.0
#include "status/board.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <string>

#include "base/limits.h"

namespace flightcast::status {
namespace {

using namespace std::chrono_literals;
namespace json = boost::json;

class BoardTest : public testing::Test {
  protected:
    BoardTest() {
        health_.add("event log", telemetry::HealthScope::ready);
        health_.add("scoring", telemetry::HealthScope::note);
        health_.pass("event log");
        health_.pass("scoring");
    }

    // Time goes on as a server's loop sees it.
    void advance(std::chrono::seconds time) {
        for (const base::SteadyTime end = clock_.steady_now() + time; clock_.steady_now() < end;) {
            clock_.advance(std::min<std::chrono::microseconds>(1s, end - clock_.steady_now()));
            board_.expire(clock_.steady_now());
        }
    }

    json::object status() { return json::parse(board_.json()).as_object(); }

    // "Name firing", "Name pending", separated by blanks.
    std::string alarms() {
        std::string text;
        const json::object now = status();
        for (const json::value& alarm : now.at("alarms").as_array()) {
            text += text.empty() ? "" : " ";
            text += std::string(std::string_view(alarm.at("name").as_string()).substr(10)) + " " +
                    std::string(alarm.at("state").as_string());
        }
        return text;
    }

    base::ManualClock clock_;
    telemetry::Metrics metrics_;
    telemetry::Health health_;
    std::vector<telemetry::Problem> problems_;
    Board board_{
        {.metrics = metrics_,
         .health = health_,
         .clock = clock_,
         .role = "serve",
         .problems = [this] { return problems_; },
         .model = [] { return R"({"in_use":"m@1"})"; }}
    };
};

// Goal: rates are those of the last ten to twenty seconds, not of the whole run.
TEST_F(BoardTest, RatesOfTheLastSeconds) {
    const telemetry::Counter accepted = metrics_.counter(telemetry::kRequests, "accepted");
    accepted.add(1'000'000);
    advance(60s);
    accepted.add(300);
    clock_.advance(5s);
    const json::object now = status();
    EXPECT_EQ(now.at("window_s").to_number<double>(), 15);
    EXPECT_EQ(now.at("throughput").at("accepted").to_number<double>(), 20);
    EXPECT_EQ(now.at("model").at("in_use").as_string(), "m@1");
    advance(60s);
    EXPECT_EQ(status().at("throughput").at("accepted").to_number<double>(), 0);
}

// Goal: an hour of samples is kept, no more, and each has the figures of its own ten seconds.
TEST_F(BoardTest, AnHourOfSamples) {
    const telemetry::Histogram total = metrics_.histogram(telemetry::kStageSeconds, "total");
    advance(2h);
    total.observe(3ms);
    metrics_.gauge(telemetry::kLagRecords, "scorer").set(12'345);
    advance(20s);
    const json::object history = status().at("history").as_object();
    const json::array& p50 = history.at("p50").as_array();
    ASSERT_EQ(p50.size(), base::limits::kStatusSamplesMax - 1);
    EXPECT_TRUE(p50.front().is_null());
    EXPECT_GT(p50[p50.size() - 2].to_number<double>(), 0.0025);
    EXPECT_TRUE(p50.back().is_null());
    EXPECT_EQ(history.at("lag").as_array().back().to_number<double>(), 12'345);
}

// Goal: a condition is pending first and an alarm once it has lasted; it ends with the condition.
TEST_F(BoardTest, AlarmsWaitAsTheirRulesDo) {
    EXPECT_EQ(alarms(), "");
    health_.fail("event log", "no broker answers");
    advance(10s);
    EXPECT_EQ(alarms(), "NotReady pending");
    advance(5min);
    EXPECT_EQ(alarms(), "NotReady firing");
    const json::value alarm = status().at("alarms").as_array().front();
    EXPECT_EQ(alarm.at("text").as_string(), "event log: no broker answers");
    EXPECT_EQ(alarm.at("severity").as_string(), "critical");
    health_.pass("event log");
    EXPECT_EQ(alarms(), "");
}

// Goal: a refused flight is an alarm after a minute, and ends when five minutes had none.
TEST_F(BoardTest, RatesOverFiveMinutes) {
    const telemetry::Counter full = metrics_.counter(telemetry::kRequests, "full");
    advance(10min);
    full.add(5);
    advance(10s);
    EXPECT_EQ(alarms(), "LogRefuses pending");
    advance(1min);
    EXPECT_EQ(alarms(), "LogRefuses firing");
    advance(5min);
    EXPECT_EQ(alarms(), "");
}

// Goal: alarms in force and critical ones stand first.
TEST_F(BoardTest, TheWorstFirst) {
    metrics_.counter(telemetry::kSetAside, "store").add();
    advance(10s);
    health_.fail("scoring", "no outcome has come");
    metrics_.gauge(telemetry::kCertificateExpiry).set(0);
    advance(10s);
    EXPECT_EQ(
        alarms(),
        "CertificateExpired firing SetAside firing NoScorer pending CertificateExpires pending "
        "Note pending"
    );
}

// Goal: each row of the table can fire: a process where everything is wrong has all of them.
TEST_F(BoardTest, EveryAlarmCanFire) {
    health_.add("readers", telemetry::HealthScope::note);
    health_.fail("readers", "partition 3");
    health_.fail("scoring", "none");
    health_.fail("event log", "away");
    for (const char* const group : {"scorer", "archiver", "evaluator"}) {
        metrics_.gauge(telemetry::kLagRecords, group).set(20'000);
    }
    metrics_.gauge(telemetry::kStageFailing, "score").set(9);
    metrics_.gauge(telemetry::kDataFreeBytes).set(1e6);
    metrics_.gauge(telemetry::kDataBytes, "wal").set(1e9);
    metrics_.gauge(telemetry::kCertificateExpiry).set(0);
    metrics_.gauge(telemetry::kProcessFiles).set(90);
    metrics_.gauge(telemetry::kProcessFilesMax).set(100);
    metrics_.gauge(telemetry::kProcessMemory).set(2e9);
    metrics_.gauge(telemetry::kConnections, "http").set(19'000);
    metrics_.gauge(telemetry::kWaiters).set(190'000);
    metrics_.gauge(telemetry::kQueueRecords, "append").set(40'000);
    for (int i = 0; i < 200; ++i) {
        metrics_.counter(telemetry::kRequests, "full").add();
        metrics_.counter(telemetry::kRequests, "unknown").add();
        metrics_.counter(telemetry::kPushes, "timeout").add();
        metrics_.counter(telemetry::kOutcomes, "failed").add();
        metrics_.counter(telemetry::kSetAside, "store").add();
        metrics_.counter(telemetry::kStoreErrors, "put").add();
        metrics_.counter(telemetry::kKafkaErrors, "producer").add(10);
        metrics_.counter(telemetry::kDropped, "waiters").add();
        metrics_.counter(telemetry::kHttpResponses, "5xx").add();
        metrics_.counter(telemetry::kModelReloads, "refused").add();
        metrics_.histogram(telemetry::kCommitSeconds, "yes").observe(1s);
        advance(20s);
    }
    metrics_.histogram(telemetry::kCommitSeconds, "yes").observe(1s);
    const json::object now = status();
    for (const json::value& alarm : now.at("alarms").as_array()) {
        EXPECT_EQ(alarm.at("state").as_string(), "firing") << alarm;
    }
    EXPECT_EQ(now.at("alarms").as_array().size(), alarm_table().size());
}

// Goal: text that is not UTF-8 does not spoil the answer, and a model that is no JSON is {}.
TEST_F(BoardTest, OddTexts) {
    problems_.push_back(
        {.level = telemetry::LogLevel::error,
         .stage = "worker",
         .message = "cannot \xff",
         .detail = "a\nb",
         .count = 3}
    );
    const json::value error = status().at("errors").as_array().front();
    EXPECT_EQ(error.at("message").as_string(), "cannot \xef\xbf\xbd");
    EXPECT_EQ(error.at("count").to_number<int>(), 3);
    EXPECT_EQ(error.at("level").as_string(), "error");
}

// Goal: lag is told by group and partition.
TEST_F(BoardTest, LagByPartition) {
    metrics_.gauge(telemetry::kLagRecords, "scorer").set(7);
    metrics_.gauge(telemetry::kPartitionLag, {"scorer", "requests", "0"}).set(3);
    metrics_.gauge(telemetry::kPartitionLag, {"scorer", "requests", "1"}).set(4);
    EXPECT_EQ(
        json::serialize(status().at("lag")),
        R"([{"group":"scorer","records":7,"partitions":[)"
        R"({"topic":"requests","partition":0,"records":3},)"
        R"({"topic":"requests","partition":1,"records":4}]}])"
    );
}

}  // namespace
}  // namespace flightcast::status
