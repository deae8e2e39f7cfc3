// SPDX-License-Identifier: Apache-2.0
#include "app/replay/embedded_engine.h"

#include <utility>

#include "app/cli/time_zone_flag.h"

namespace flightcast::app::replay {

using base::Result;

Result<std::unique_ptr<EmbeddedEngine>> EmbeddedEngine::start(
    const options::ServeOptions& options, const base::Clock& clock
) {
    FC_TRY(flight::TimeZone zone, cli::find_time_zone(options.timezone));
    std::unique_ptr<EmbeddedEngine> engine(new EmbeddedEngine(options, clock, zone));
    FC_TRY_VOID(engine->open());
    return engine;
}

EmbeddedEngine::EmbeddedEngine(
    const options::ServeOptions& options, const base::Clock& clock, flight::TimeZone zone
)
    : options_(options),
      clock_(clock),
      zone_(zone),
      log_({.level = telemetry::LogLevel::warning, .format = options.log_format}, clock) {}

EmbeddedEngine::~EmbeddedEngine() {
    if (backend_) backend_->stop(options_.drain_timeout);
}

Result<void> EmbeddedEngine::open() {
    FC_TRY(
        model_,
        models::ActiveModel::load(
            {.folder = options_.model, .explain = features::Explain::no},
            metrics_,
            log_.stage("model")
        )
    );
    FC_TRY(
        deployment_,
        serve::open_deployment(
            serve::Role::serve,
            options_,
            zone_,
            {.clock = clock_, .logger = log_.stage("replay"), .metrics = metrics_}
        )
    );
    FC_TRY_VOID(serve::ensure_topics(*deployment_.log, options_));
    registry_.emplace(
        serve::ModelRegistryParts{
            .options = options_,
            .clock = clock_,
            .metrics = metrics_,
            .health = health_,
            .logger = log_.stage("models")
        }
    );
    FC_TRY_VOID(registry_->open(*deployment_.log, model_.get()));
    return start_backend();
}

Result<void> EmbeddedEngine::start_backend() {
    FC_TRY(
        backend_,
        serve::Backend::start(
            {.options = options_,
             .deployment = deployment_,
             .instance_id = "replay",
             .model = *model_,
             .zone = zone_,
             .clock = clock_,
             .random = random_,
             .metrics = metrics_,
             .logger = log_.stage("engine"),
             .on_end =
                 [this](base::Error error) {
                     const std::lock_guard lock(mutex_);
                     if (!error_) error_ = std::move(error);
                 },
             .registry = &*registry_}
        )
    );
    return {};
}

std::optional<base::Error> EmbeddedEngine::error() {
    const std::lock_guard lock(mutex_);
    return error_;
}

}  // namespace flightcast::app::replay
