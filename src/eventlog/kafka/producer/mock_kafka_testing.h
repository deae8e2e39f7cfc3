// SPDX-License-Identifier: Apache-2.0
//
// librdkafka's own broker, in memory, which can be told what to refuse.
#pragma once

#include <librdkafka/rdkafka_mock.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "eventlog/event_log.h"
#include "eventlog/kafka/client/handles.h"
#include "eventlog/membership/port.h"

namespace flightcast::eventlog::kafka {

// Numbers of requests in Kafka's protocol.
constexpr std::int16_t kProduceRequest = 0;
constexpr std::int16_t kOffsetCommitRequest = 8;
constexpr std::int16_t kInitProducerIdRequest = 22;

// One broker with a topic "t" of one partition.
class MockKafka {
  public:
    MockKafka() { rd_kafka_mock_topic_create(cluster_.get(), "t", 1, 1); }

    [[nodiscard]] std::string brokers() const {
        return rd_kafka_mock_cluster_bootstraps(cluster_.get());
    }
    // Answers the next requests of this kind with `code`.
    void refuse(std::int16_t request, rd_kafka_resp_err_t code, std::size_t times = 1) {
        const std::vector<rd_kafka_resp_err_t> codes(times, code);
        rd_kafka_mock_push_request_errors_array(cluster_.get(), request, times, codes.data());
    }

  private:
    using ClusterHandle = Handle<rd_kafka_mock_cluster_t, rd_kafka_mock_cluster_destroy>;

    ClientHandle host_{rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), nullptr, 0)};
    ClusterHandle cluster_{rd_kafka_mock_cluster_new(host_.get(), 1)};
};

// So many records for its topic.
inline std::vector<NewRecord> some_records(std::size_t count) {
    return std::vector<NewRecord>(count, {.topic = "t", .key = "k", .value = "v"});
}

// What became of some sends; their completions come on another thread.
class Outcomes {
  public:
    membership::AppendPort::Reports next() {
        return [this](std::vector<base::Result<void>> reports) {
            base::Result<void> outcome;
            for (base::Result<void>& report : reports) {
                if (outcome) outcome = std::move(report);
            }
            const std::lock_guard lock(mutex_);
            outcomes_.push_back(std::move(outcome));
        };
    }
    // Waits for `count` of them.
    std::vector<base::Result<void>> take(std::size_t count) {
        while (size() < count) std::this_thread::sleep_for(std::chrono::milliseconds(1));
        const std::lock_guard lock(mutex_);
        return std::exchange(outcomes_, {});
    }

  private:
    std::size_t size() {
        const std::lock_guard lock(mutex_);
        return outcomes_.size();
    }

    std::mutex mutex_;
    std::vector<base::Result<void>> outcomes_;  // guarded by mutex_
};

}  // namespace flightcast::eventlog::kafka
