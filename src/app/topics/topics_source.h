// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "app/options/options.h"
#include "base/clock.h"
#include "base/result.h"
#include "eventlog/event_log.h"

namespace flightcast::eventlog::kafka {
class KafkaLog;
}

namespace flightcast::app::topics {

// The log that `flightcast topics` looks at: a Kafka cluster, or the data folder of an embedded
// server, which may be running; of that reading works, and setting how long a topic keeps records.
//
// Thread-safety: one thread.
class TopicsSource {
  public:
    // Errc::not_found when there is no data folder; Kafka is not waited for.
    // REQUIRES: `clock` outlives the source.
    [[nodiscard]] static base::Result<std::unique_ptr<TopicsSource>> open(
        const options::ServeOptions& options, const base::Clock& clock
    );
    virtual ~TopicsSource() = default;

    [[nodiscard]] virtual eventlog::EventLog& log() = 0;

    // Null when the log is embedded.
    [[nodiscard]] virtual eventlog::kafka::KafkaLog* kafka() { return nullptr; }

    // Changes how long the topic keeps records, none: as others do. Errc::not_found.
    [[nodiscard]] virtual base::Result<void> set_retention(
        const std::string& topic, std::optional<std::chrono::milliseconds> retention
    ) = 0;

    // Returns when there may be new records for `reader`, which it may replace by another that goes
    // on at the same place.
    virtual base::Result<void> wait(std::unique_ptr<eventlog::Reader>& reader) = 0;
};

}  // namespace flightcast::app::topics
