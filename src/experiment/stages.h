// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <functional>
#include <string>

#include "base/clock.h"
#include "base/random.h"
#include "experiment/decider.h"
#include "experiment/shadow.h"
#include "flight/topics/topic_set.h"
#include "pipeline/stage_spec.h"

namespace flightcast::experiment {

// The parts that the shadow scorer of a process works with.
struct ShadowParts {
    Challengers challengers;
    const base::Clock& clock;  // outlives the stage
    flight::TimeZone zone;
    Shadow::OnDropped on_dropped{};
};
using ShadowOrReason = std::expected<ShadowParts, std::string>;

// The row of the stage that has challengers answer requests. It has a group and a worker of its
// own, so that it delays no answer, and the log keeps nothing for it.
[[nodiscard]] pipeline::StageSpec shadow_stage(
    const flight::TopicSet& topics, std::string group, ShadowOrReason parts
);

// The parts that the decider of a process works with.
struct DeciderParts {
    std::string bundled;                                // id of the model inside the program
    const base::Clock& clock;                           // outlives the stage
    base::Random& random;                               // the stage's alone; outlives it
    std::function<void(std::string json)> on_status{};  // on the decider's thread
    std::function<void(const registry::Record&)> on_decided{};
};
using DeciderOrReason = std::expected<DeciderParts, std::string>;

// The row of the stage that decides experiments. The member of the group that has the one partition
// of the registry is the active one; the others follow the same topics and are ready to take over.
[[nodiscard]] pipeline::StageSpec decider_stage(
    const flight::TopicSet& topics, std::string group, DeciderOrReason parts
);

// The row of the stage that only tells how experiments stand, in a process that decides none: it
// follows the same topics without a group and writes nothing.
[[nodiscard]] pipeline::StageSpec experiment_watch_stage(
    const flight::TopicSet& topics, const DeciderParts& parts
);

}  // namespace flightcast::experiment
