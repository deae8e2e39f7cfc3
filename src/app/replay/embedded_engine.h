// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <optional>

#include "app/options/options.h"
#include "app/serve/backend.h"
#include "app/serve/deployment.h"
#include "app/serve/model_registry.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "flight/calendar/time_zone.h"
#include "models/active_model.h"
#include "telemetry/log.h"
#include "telemetry/metrics.h"

namespace flightcast::app::replay {

// All of `flightcast serve` but the gateway, on a data folder, for a replay that needs no server:
// scorer, archiver and the stages behind them.
//
// Thread-safety: one thread.
class EmbeddedEngine {
  public:
    // Errors: already_exists when a server works on the folder; those of the model and the log.
    // REQUIRES: `options` names no Kafka; it and `clock` outlive the engine.
    [[nodiscard]] static base::Result<std::unique_ptr<EmbeddedEngine>> start(
        const options::ServeOptions& options, const base::Clock& clock
    );
    ~EmbeddedEngine();
    EmbeddedEngine(const EmbeddedEngine&) = delete;
    EmbeddedEngine& operator=(const EmbeddedEngine&) = delete;

    [[nodiscard]] eventlog::EventLog& log() { return *deployment_.log; }
    [[nodiscard]] const flight::TimeZone& zone() const { return zone_; }

    // Why its stages cannot go on, if so.
    [[nodiscard]] std::optional<base::Error> error();

  private:
    EmbeddedEngine(
        const options::ServeOptions& options, const base::Clock& clock, flight::TimeZone zone
    );
    base::Result<void> open();
    base::Result<void> start_backend();

    const options::ServeOptions& options_;
    const base::Clock& clock_;
    const flight::TimeZone zone_;
    base::SystemRandom random_;
    telemetry::Log log_;
    telemetry::Metrics metrics_;
    telemetry::Health health_;
    std::unique_ptr<models::ActiveModel> model_;
    serve::Deployment deployment_;
    std::optional<serve::ModelRegistry> registry_;
    std::unique_ptr<serve::Backend> backend_;
    std::mutex mutex_;
    std::optional<base::Error> error_;  // guarded by mutex_
};

}  // namespace flightcast::app::replay
