// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/options/options.h"
#include "app/serve/deployment.h"
#include "app/serve/engine.h"
#include "base/clock.h"
#include "base/result.h"
#include "eventlog/event_log.h"
#include "flight/time_zone.h"
#include "models/active_model.h"
#include "scoring/archiver.h"
#include "scoring/scorer.h"
#include "scoring/stage.h"
#include "telemetry/log.h"
#include "telemetry/metrics.h"

namespace flightcast::app::serve {

// What a backend works with. All of it outlives the backend.
struct BackendParts {
    const options::ServeOptions& options;
    Deployment& deployment;
    std::string instance_id;
    const models::ActiveModel& model;
    flight::TimeZone zone;
    const base::Clock& clock;
    telemetry::Metrics& metrics;
    telemetry::Logger logger;
    std::function<void(base::Error)> on_end;  // any thread, when work can never go on
};

// Everything but the gateway: scorer and archiver on the log, retention, and the threads they work
// on. On a log in the data folder that is one thread; else the archiver has its own, so that a slow
// store delays nothing but itself.
//
// Thread-safety: one thread starts and stops it.
class Backend {
  public:
    // Joins the groups and starts to work. Errors are those of the log. REQUIRES: the topics exist.
    [[nodiscard]] static base::Result<std::unique_ptr<Backend>> start(BackendParts parts);

    // Finishes what is under way, unless that takes longer than `patience`; what is left over is
    // done after the next start.
    void stop(std::chrono::microseconds patience);

    // Why nothing can be scored and published, if that has lasted a little. Any thread may ask.
    [[nodiscard]] std::optional<base::Error> trouble() const { return engine_->trouble(); }

  private:
    explicit Backend(BackendParts parts);

    base::Result<void> join();
    void make_engines();
    [[nodiscard]] bool archives() const { return parts_.deployment.store() != nullptr && wanted_; }
    void say_where_it_begins() const;
    void count(std::optional<std::size_t> predicted) const;
    [[nodiscard]] scoring::Process timed(std::string_view stage, scoring::Process process) const;
    [[nodiscard]] std::vector<Engine*> engines() const;
    void trim();
    void trim_log();
    void trim_store();
    void publish_lag();
    base::Result<double> lag_of(const std::string& group, const std::vector<std::string>& topics);

    BackendParts parts_;
    const bool wanted_;  // the archiver, by the options
    scoring::Scorer scorer_;
    std::optional<scoring::Archiver> archiver_;
    std::vector<telemetry::Counter> outcomes_;  // by class, and last the failures
    std::unique_ptr<eventlog::GroupReader> scorer_reader_;
    std::unique_ptr<eventlog::GroupReader> archiver_reader_;
    std::optional<scoring::Stage> scorer_stage_;
    std::optional<scoring::Stage> archiver_stage_;
    std::unique_ptr<Engine> engine_;
    std::unique_ptr<Engine> archive_engine_;  // null: the other one archives, or nobody
    std::unique_ptr<Engine> chore_engine_;    // null: the first one does them
};

}  // namespace flightcast::app::serve
