// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "flight/outcome.h"

namespace flightcast::flight {

// Two outcomes of one request: the one that counts so far, and one that came after it.
struct RivalOutcomes {
    OutcomeKind known{};
    OutcomeKind fresh{};
};

// First wins, and a prediction beats a failure: whether the fresh outcome takes the known one's
// place. Everything that keeps or shows outcomes goes by this rule, so that all show the same.
[[nodiscard]] constexpr bool fresh_one_wins(RivalOutcomes rivals) {
    return rivals.known == OutcomeKind::failure && rivals.fresh == OutcomeKind::prediction;
}

// The kinds from the one that beats all others on: the order in which a store that keeps the first
// outcome of each kind looks for the one that counts.
inline constexpr std::array kKindsByPrecedence = {OutcomeKind::prediction, OutcomeKind::failure};
static_assert(fresh_one_wins({.known = kKindsByPrecedence[1], .fresh = kKindsByPrecedence[0]}));
static_assert(!fresh_one_wins({.known = kKindsByPrecedence[0], .fresh = kKindsByPrecedence[1]}));

}  // namespace flightcast::flight
