// SPDX-License-Identifier: Apache-2.0
//
// Many schedules, on several cores: each core is a process of its own, so that a failed check of
// the product ends one schedule and not all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "schedule.h"
#include "world.h"

namespace flightcast::simulation {

// A schedule that broke a promise.
struct Failure {
    std::uint64_t seed = 0;
    std::vector<std::string> faults;
};

struct Tally {
    std::size_t schedules = 0;
    std::size_t accepted = 0;
    std::size_t delivered = 0;
    std::map<std::string, std::size_t> seen;
    std::vector<Failure> failures;  // by seed
};

struct CampaignOptions {
    Shape shape = Shape::embedded;
    std::uint64_t first_seed = 1;
    std::size_t schedules = 1'000;
    std::size_t jobs = 2;
    bool stops_at_failure = false;
};

[[nodiscard]] Tally run_campaign(const CampaignOptions& options);

// Plays one schedule in a process of its own. A failed check is a fault.
[[nodiscard]] Report play_apart(const Schedule& schedule, bool tells = false);

}  // namespace flightcast::simulation
