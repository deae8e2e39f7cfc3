// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/embedded.h"
#include "app/engine.h"
#include "app/options.h"
#include "base/clock.h"
#include "base/result.h"
#include "eventlog/event_log.h"
#include "features/predictor.h"
#include "flight/time_zone.h"
#include "scoring/archiver.h"
#include "scoring/scorer.h"
#include "scoring/stage.h"
#include "telemetry/log.h"
#include "telemetry/metrics.h"

namespace flightcast::app {

// What a backend works with. All of it outlives the backend.
struct BackendParts {
    const ServeOptions& options;
    EmbeddedData& data;
    const features::Predictor& predictor;
    flight::TimeZone zone;
    const base::Clock& clock;
    telemetry::Metrics& metrics;
    telemetry::Logger logger;
};

// Everything of the embedded system but the gateway: scorer and archiver on the log, retention, and
// the thread they work on.
//
// Thread-safety: one thread starts and stops it.
class Backend {
  public:
    [[nodiscard]] static base::Result<std::unique_ptr<Backend>> start(BackendParts parts);

    // Finishes what was accepted, unless that takes longer than `patience`; what is left over is
    // done after the next start.
    void stop(std::chrono::microseconds patience) { engine_->stop(patience); }

  private:
    explicit Backend(BackendParts parts);

    base::Result<void> join();
    void say_where_it_begins() const;
    void count(std::optional<std::size_t> predicted) const;
    [[nodiscard]] scoring::Process timed(std::string_view stage, scoring::Process process) const;
    void trim();
    void publish_lag();
    base::Result<double> lag_of(const std::string& group, const std::vector<std::string>& topics);

    BackendParts parts_;
    scoring::Scorer scorer_;
    scoring::Archiver archiver_;
    std::vector<telemetry::Counter> outcomes_;  // by class, and last the failures
    std::unique_ptr<eventlog::GroupReader> scorer_reader_;
    std::unique_ptr<eventlog::GroupReader> archiver_reader_;
    std::optional<scoring::Stage> scorer_stage_;
    std::optional<scoring::Stage> archiver_stage_;
    std::unique_ptr<Engine> engine_;
};

}  // namespace flightcast::app
