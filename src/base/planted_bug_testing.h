// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>

#include "base/planted_bug.h"

namespace flightcast::base {

// A row of the table of planted bugs.
struct PlantedBugRow {
    PlantedBug bug;
    std::string_view name;     // as the enumerator is written
    std::string_view mistake;  // one line for people
};

inline constexpr std::size_t kPlantedBugCount = static_cast<std::size_t>(PlantedBug::count);

// Every bug, in the order of their enumerators; the first is none.
extern const std::array<PlantedBugRow, kPlantedBugCount> kPlantedBugs;

// Whether the chaos of eventlog/kafka_model finds it, not tests/simulation.
[[nodiscard]] constexpr bool is_of_membership(PlantedBug bug) {
    return bug >= PlantedBug::foreign_positions_trusted && bug < PlantedBug::ambiguity_unseen;
}

// Whether the simulation beside judging finds it.
[[nodiscard]] constexpr bool is_of_judging(PlantedBug bug) {
    return bug >= PlantedBug::ambiguity_unseen && bug < PlantedBug::superseded_records_count;
}

// Whether the simulation of the registry finds it.
[[nodiscard]] constexpr bool is_of_registry(PlantedBug bug) {
    return bug >= PlantedBug::superseded_records_count && bug < PlantedBug::fold_counts_repeats;
}

// Whether the simulation of the live fold (scoring) finds it.
[[nodiscard]] constexpr bool is_of_fold(PlantedBug bug) {
    return bug >= PlantedBug::fold_counts_repeats && bug < PlantedBug::count;
}

// Plants `bug`, in place of the one before, into the modules that fc_plant() compiled.
//
// Thread-safety: no thread of the product runs meanwhile.
void plant(PlantedBug bug);

// Plants a bug for as long as it lives.
class Planted {
  public:
    explicit Planted(PlantedBug bug) { plant(bug); }
    ~Planted() { plant(PlantedBug::none); }
    Planted(const Planted&) = delete;
    Planted& operator=(const Planted&) = delete;
};

}  // namespace flightcast::base
