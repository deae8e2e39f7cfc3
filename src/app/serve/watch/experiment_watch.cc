// SPDX-License-Identifier: Apache-2.0
#include "app/serve/watch/experiment_watch.h"

#include <utility>

#include "experiment/stages.h"
#include "models/bundled.h"

namespace flightcast::app::serve {

using base::Result;

Result<std::unique_ptr<ExperimentWatch>> ExperimentWatch::start(ExperimentWatchParts parts) {
    FC_TRY(const features::Predictor bundled, models::load_model({}));
    std::unique_ptr<ExperimentWatch> watch(new ExperimentWatch);
    pipeline::StageSpec stage = experiment::experiment_watch_stage(
        parts.topics,
        {.bundled = std::string(bundled.model_id()),
         .clock = parts.clock,
         .random = watch->random_,
         .on_status = std::move(parts.on_status)}
    );
    FC_TRY(
        watch->pipeline_,
        pipeline::Pipeline::open(
            {.log = parts.log,
             .stages = {std::move(stage)},
             .chores = {},
             .instance_id = {},
             .clock = parts.clock,
             .random = watch->seeds_,
             .metrics = parts.metrics,
             .logger = parts.logger,
             .on_end = [logger = parts.logger](const base::Error& error) {
                 logger.warning("experiments are watched no more", {{"reason", error.detail}});
             }}
        )
    );
    for (const auto& worker : watch->pipeline_->workers()) {
        watch->threads_.push_back(std::make_unique<pipeline::StepThread>(*worker, parts.clock));
        watch->threads_.back()->start();
    }
    return watch;
}

ExperimentWatch::~ExperimentWatch() {
    for (const auto& thread : threads_) thread->stop(std::chrono::microseconds(0));
}

}  // namespace flightcast::app::serve
