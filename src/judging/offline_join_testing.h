// SPDX-License-Identifier: Apache-2.0
//
// Random reports of random flights, and an offline join of them: the oracle of the simulation.
#pragma once

#include <optional>
#include <random>
#include <string>
#include <vector>

#include "arrival/arrival.h"
#include "base/random.h"
#include "flight/prediction.h"
#include "judging/evaluation.h"

namespace flightcast::judging {

// Predictions and reports of a few flights: late, early, doubled, contradicting, cancelled, by
// flight and by id.
struct Schedule {
    struct Told {
        arrival::Arrival arrival;
        std::string key;  // flight or id
    };
    std::vector<flight::Prediction> predictions;
    std::vector<Told> reports;  // in the order of the log
};

[[nodiscard]] Schedule random_schedule(std::mt19937& random, base::Random& ids);

// Whether the join cannot tell, as the order of the log decides: equal ranks and times; or more
// reports of one flight than are kept.
[[nodiscard]] bool has_ties(const Schedule& schedule);

// The end of a prediction by a join over all reports, written as plainly as possible: "judged 2 5"
// (class and delay), "cancelled", "none" ...
[[nodiscard]] std::string expected_of(
    const Schedule& schedule, const flight::Prediction& prediction
);

// The same of an evaluation; null: none.
[[nodiscard]] std::string told_of(const Evaluation* evaluation);

}  // namespace flightcast::judging
