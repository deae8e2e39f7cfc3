// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/options/options.h"
#include "stages/stage_table.h"

namespace flightcast::app::serve {

// The names of topics and groups that the options give.
[[nodiscard]] inline stages::Names stage_names(const options::ServeOptions& options) {
    return {
        .topics = options.topics(),
        .scorer_group = options.scorer_group,
        .archiver_group = options.archiver_group,
        .evaluator_group = options.evaluator_group,
        .shadow_group = options.shadow_group,
        .decider_group = options.decider_group
    };
}

}  // namespace flightcast::app::serve
