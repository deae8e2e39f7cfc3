// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "eventlog/event_log.h"
#include "eventlog/kafka/client/kafka_options.h"
#include "eventlog/kafka/client/trouble.h"
#include "eventlog/kafka/consumer/prober.h"
#include "eventlog/kafka/producer/bulk_producer.h"
#include "eventlog/kafka/producer/producer.h"
#include "eventlog/kafka/shared/housekeeper.h"
#include "eventlog/kafka/shared/topic_directory.h"

namespace flightcast::eventlog::kafka {

// What a log and everything that it opens share. It outlives them all.
struct LogParts {
    const KafkaOptions& options;
    const base::Clock& clock;
    Trouble& trouble;
    Producer& producer;
    BulkProducer& bulk;
    TopicDirectory& directory;
    Housekeeper& housekeeper;
    Prober& prober;
};

// Whether `record` may be appended: its topic exists and it is not too large.
[[nodiscard]] base::Result<void> check_record(const LogParts& parts, const NewRecord& record);

// Looks all topics up, each within `patience`: every partition of them. Errc::not_found, or why no
// broker answered.
[[nodiscard]] base::Result<std::vector<TopicPartition>> look_up_partitions(
    TopicDirectory& directory,
    const std::vector<std::string>& topics,
    std::chrono::milliseconds patience
);

}  // namespace flightcast::eventlog::kafka
