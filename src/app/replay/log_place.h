// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "app/options/options.h"
#include "app/replay/embedded_engine.h"
#include "base/clock.h"
#include "base/result.h"
#include "eventlog/event_log.h"
#include "eventlog/kafka/kafka_log.h"

namespace flightcast::app::replay {

// The log that commands write into past every gateway: a Kafka cluster, or the data folder, with
// all stages of a server at work on it.
//
// Thread-safety: one thread.
class LogPlace {
  public:
    // With its topics. Errors: already_exists when a server works on the folder; those of model,
    // log and brokers. REQUIRES: `options` and `clock` outlive the place.
    [[nodiscard]] static base::Result<LogPlace> open(
        const options::ServeOptions& options, const base::Clock& clock
    );

    [[nodiscard]] eventlog::EventLog& log() {
        return kafka_ ? static_cast<eventlog::EventLog&>(*kafka_) : engine_->log();
    }

  private:
    LogPlace() = default;

    std::unique_ptr<EmbeddedEngine> engine_;
    std::unique_ptr<eventlog::kafka::KafkaLog> kafka_;
};

}  // namespace flightcast::app::replay
