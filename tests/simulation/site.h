// SPDX-License-Identifier: Apache-2.0
//
// All that outlives the processes of a simulation.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/random.h"
#include "eventlog/kafka_model/cluster.h"
#include "faulty_store.h"
#include "flight/active_routes.h"
#include "schedule.h"
#include "stages/stage_table.h"
#include "store/memory/memory_store.h"

namespace flightcast::simulation {

inline const stages::Names kNames{
    .topics = {.request = "requests", .response = "responses", .dead_letter = "dead-letters"},
    .scorer_group = "scorer",
    .archiver_group = "archiver"
};

// The model in use: each says its number in the answers, and no two answers are the same, so that
// a mixture and a repetition show.
struct ModelInUse {
    std::size_t number = 1;
    std::size_t asks_until_swap = 0;  // 0: none is under way
};

struct Site {
    explicit Site(const Schedule& schedule, std::filesystem::path its_folder)
        : plan(schedule), folder(std::move(its_folder)), random(schedule.seed), store(clock) {}

    const Schedule& plan;
    const std::filesystem::path folder;  // of the embedded log and store
    base::ManualClock clock;
    base::SeededRandom random;  // the product's: ids, pauses
    std::optional<eventlog::kafka_model::Cluster> cluster;
    store::memory::MemoryStore store;  // the server, where the store is one
    StoreFaults store_faults;
    ModelInUse model;
    flight::ActiveRoutes routes{
        flight::RouteTable::parse(R"({"Origin":"ATL","Dest":"SFO","Distance":2139.0})").value()
    };
    std::map<std::string, std::size_t> seen;  // what happened, for the coverage
};

}  // namespace flightcast::simulation
