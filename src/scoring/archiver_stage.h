// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <string>

#include "base/clock.h"
#include "flight/topics/topic_set.h"
#include "pipeline/stage_spec.h"
#include "scoring/archiver.h"
#include "store/outcome_store.h"

namespace flightcast::scoring {

// The parts that the archiver of a process works with.
struct ArchiverParts {
    store::OutcomeStore& store;  // outlives the stage
    const base::Clock& clock;    // outlives the stage
    std::string place{};         // for people, in the line at the start
    OnRefused on_refused{};
};

// Or why there is no archiver in this process.
using ArchiverOrReason = std::expected<ArchiverParts, std::string>;

// The row of the stage that copies outcomes into the store. It has a pace, since clients that wait
// are answered from the cache and others ask once a second; and a worker of its own where the store
// is a server, so that it delays nothing but itself.
[[nodiscard]] pipeline::StageSpec archiver_stage(
    const flight::TopicSet& topics, std::string group, ArchiverOrReason parts
);

}  // namespace flightcast::scoring
