// SPDX-License-Identifier: Apache-2.0
#include "eventlog/kafka/live_kafka_testing.h"

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <thread>
#include <utility>

#include "base/random.h"
#include "base/uuid.h"

namespace flightcast::eventlog::kafka {

using namespace std::chrono_literals;

std::string live_brokers() {
    const char* const brokers = std::getenv("FLIGHTCAST_TEST_KAFKA");
    return brokers == nullptr ? "" : brokers;
}

KafkaOptions test_options() {
    return {
        .brokers = live_brokers(),
        .settings = {{"session.timeout.ms", "6000"}, {"heartbeat.interval.ms", "200"}},
        // On a busy machine a broker may be silent for longer than users would accept.
        .accept_timeout = 30s,
    };
}

bool eventually(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + 1min;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        std::this_thread::sleep_for(1ms);
    }
    return true;
}

namespace {

std::string unique_prefix() {
    base::SystemRandom random;
    return "test-" + base::Uuid::random(random).to_string().substr(0, 8) + "-";
}

}  // namespace

LiveFixture::LiveFixture(KafkaOptions options)
    : options_(std::move(options)), prefix_(unique_prefix()) {
    reopen();
}

void LiveFixture::reopen() {
    log_.reset();
    log_ = open_another(options_);
    // The first answer tells which topics there are.
    EXPECT_TRUE(log_->admin().topics());
}

std::unique_ptr<KafkaLog> LiveFixture::open_another(KafkaOptions options) {
    auto log = KafkaLog::open(std::move(options), clock_);
    EXPECT_TRUE(log) << log.error().detail;
    return *std::move(log);
}

bool LiveFixture::is_at_end(const Reader& reader) {
    const std::vector<Position> positions = reader.positions();
    for (const Position& position : positions) {
        // The leaders of a young topic may still change; the caller asks again, for a minute at
        // most.
        const auto description = log_->admin().describe(position.at.topic);
        if (!description) return false;
        const auto index = static_cast<std::size_t>(position.at.partition.value());
        if (position.next < description->partitions.at(index).end) return false;
    }
    return !positions.empty();
}

void LiveFixture::create(const std::string& topic, std::int32_t partitions) {
    const auto created = log_->admin().create_topic(
        {.name = name_of(topic), .partitions = partitions, .retention = {}}
    );
    ASSERT_TRUE(created) << created.error().detail;
}

NewRecord LiveFixture::record(
    const std::string& topic, const std::string& value, const std::string& key
) const {
    return {.topic = name_of(topic), .key = key, .value = value, .headers = {}};
}

void LiveFixture::append(const std::vector<NewRecord>& records) {
    const auto writer = log_->open_writer();
    std::atomic<bool> is_done = false;
    const auto queued = (*writer)->append(records, [&is_done](const base::Result<void>& outcome) {
        EXPECT_TRUE(outcome) << outcome.error().detail;
        is_done = true;
    });
    ASSERT_TRUE(queued) << queued.error().detail;
    EXPECT_TRUE(eventually([&is_done] { return is_done.load(); }));
}

}  // namespace flightcast::eventlog::kafka
