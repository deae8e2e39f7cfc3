// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

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
        .decider_group = options.decider_group,
        .historian_group = options.historian_group
    };
}

// The rows of the stages whose groups are looked after. On Kafka those of challengers are left out:
// where scorers of others answer, their groups have no members, and nothing waits for them; and the
// historian's, whose store is that of a data folder.
[[nodiscard]] inline std::vector<pipeline::StageSpec> stages_in_use(
    const options::ServeOptions& options
) {
    std::vector<pipeline::StageSpec> all = stages::stage_table(stage_names(options));
    if (options.kafka.empty()) return all;
    std::erase_if(all, [&options](const pipeline::StageSpec& stage) {
        if (stage.group == options.historian_group) return true;
        return stage.group == options.shadow_group || stage.group == options.decider_group;
    });
    return all;
}

}  // namespace flightcast::app::serve
