// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "base/limits.h"
#include "eventlog/kafka/client/figures.h"

namespace flightcast::eventlog::kafka {

// How outputs and positions get into the log.
enum class Delivery {
    at_least_once,  // outputs first, positions when they are acknowledged
    exactly_once,   // both in one transaction
};

enum class NoticeLevel { debug, info, warning, error };

// What somebody who runs this should know: a broker that went away, came back, or refuses us. Comes
// from any thread, must be cheap and must not call the log.
using Notice = std::function<void(NoticeLevel, const std::string&)>;

// How to reach Kafka and how to use it.
struct KafkaOptions {
    std::string brokers;  // "host:port,host:port"

    // Settings of librdkafka by name, over our defaults: security, time-outs, batching.
    std::map<std::string, std::string> settings{};

    Delivery delivery = Delivery::at_least_once;
    std::chrono::milliseconds accept_timeout = base::limits::kAcceptTimeout;  // until acknowledged
    std::chrono::milliseconds call_timeout =
        base::limits::kKafkaCallTimeout;  // of Admin and open_*
    std::chrono::milliseconds commit_interval = base::limits::kKafkaCommitInterval;
    std::int16_t replication = -1;  // of topics that are created; -1: the brokers' default
    Notice notice{};
    Measured measured{};  // empty: librdkafka keeps no statistics
};

}  // namespace flightcast::eventlog::kafka
