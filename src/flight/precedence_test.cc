// SPDX-License-Identifier: Apache-2.0
#include "flight/precedence.h"

#include <gtest/gtest.h>

#include <vector>

namespace flightcast::flight {
namespace {

// Goal: of two outcomes of one kind the first counts, and a prediction beats a failure whichever
// came first.
TEST(Precedence, FirstWinsAndAPredictionBeatsAFailure) {
    struct Case {
        OutcomeKind known, fresh;
        bool fresh_wins;
    };
    const std::vector<Case> cases = {
        {OutcomeKind::prediction, OutcomeKind::prediction, false},
        {OutcomeKind::prediction, OutcomeKind::failure, false},
        {OutcomeKind::failure, OutcomeKind::prediction, true},
        {OutcomeKind::failure, OutcomeKind::failure, false},
    };
    for (const Case& c : cases) {
        EXPECT_EQ(fresh_one_wins({.known = c.known, .fresh = c.fresh}), c.fresh_wins)
            << static_cast<int>(c.known) << ", " << static_cast<int>(c.fresh);
    }
}

}  // namespace
}  // namespace flightcast::flight
