// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "eventlog/event_log.h"
#include "flight/topics/topic_set.h"
#include "pipeline/pipeline.h"
#include "pipeline/step_thread.h"
#include "telemetry/log.h"
#include "telemetry/metrics.h"

namespace flightcast::app::serve {

// The parts that an experiment watch works with. All of it outlives the watch.
struct ExperimentWatchParts {
    eventlog::EventLog& log;
    flight::TopicSet topics;
    const base::Clock& clock;
    telemetry::Metrics& metrics;
    telemetry::Logger logger;
    std::function<void(std::string json)> on_status;  // on a thread of the watch's
};

// Tells how experiments stand in a process without a scorer: a gateway on Kafka, which answers
// GET /api/v1/experiments and starts experiments, while the scorers judge and decide them.
//
// Thread-safety: one thread starts and ends it.
class ExperimentWatch {
  public:
    // Errors are those of the log. REQUIRES: the topics exist.
    [[nodiscard]] static base::Result<std::unique_ptr<ExperimentWatch>> start(
        ExperimentWatchParts parts
    );
    ~ExperimentWatch();
    ExperimentWatch(const ExperimentWatch&) = delete;
    ExperimentWatch& operator=(const ExperimentWatch&) = delete;

  private:
    ExperimentWatch() = default;

    base::SystemRandom random_;
    base::SystemRandom seeds_;
    std::unique_ptr<pipeline::Pipeline> pipeline_;
    std::vector<std::unique_ptr<pipeline::StepThread>> threads_;
};

}  // namespace flightcast::app::serve
