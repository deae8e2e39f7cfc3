// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include "app/options/options.h"
#include "base/clock.h"
#include "base/result.h"
#include "eventlog/event_log.h"
#include "gateway/api/model_desk.h"
#include "models/active_model.h"
#include "models/librarian.h"
#include "telemetry/health.h"
#include "telemetry/log.h"
#include "telemetry/metrics.h"

namespace flightcast::app::serve {

// The parts that the registry of a process works with. All of it outlives the object.
struct ModelRegistryParts {
    const options::ServeOptions& options;
    const base::Clock& clock;
    telemetry::Metrics& metrics;
    telemetry::Health& health;
    telemetry::Logger logger;
};

// The registry of models of one process: off until the log can be reached, and for good where its
// topics cannot be used; predictions go on without it.
//
// Thread-safety: one thread opens it; the desk may be used on any.
class ModelRegistry {
  public:
    explicit ModelRegistry(ModelRegistryParts parts) : parts_(std::move(parts)) {}

    // Opens the librarian, once, before the scorer, so that it begins with the champion; `active`
    // is null in a process without a scorer. Errors: unavailable and timeout, to be tried again.
    [[nodiscard]] base::Result<void> open(eventlog::EventLog& log, models::ActiveModel* active);

    // As the gateway uses it, which is opened before the log can be read.
    [[nodiscard]] gateway::api::ModelDesk desk(const models::ActiveModel* active);

    // Why there is no registry; empty: there is one.
    [[nodiscard]] std::string off() const;

    // The models that answer in the shadow, at any time. REQUIRES: off() is empty.
    [[nodiscard]] std::shared_ptr<const models::Librarian::Models> challengers() const;

    // How experiments stand, as the decider of this process told last; any thread.
    void note_status(std::string json);

    // How requests and answers drift, as the stage of this process told last; any thread.
    void note_drift(std::string json);

    // No call of its desk is under way or comes any more.
    void close() { librarian_.reset(); }

  private:
    [[nodiscard]] base::Result<models::Librarian*> librarian() const;

    const ModelRegistryParts parts_;
    std::unique_ptr<models::Librarian> librarian_;
    std::atomic<models::Librarian*> open_ = nullptr;  // the same, once it works
    mutable std::mutex mutex_;
    std::string off_ = "the event log has not been reached yet";  // guarded by mutex_
    std::string status_;                                          // guarded by mutex_
    std::string drift_;                                           // guarded by mutex_
};

}  // namespace flightcast::app::serve
