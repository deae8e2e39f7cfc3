// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "dataset/flight_table.h"
#include "evaluate/day_bootstrap.h"
#include "evaluate/metrics.h"
#include "evaluate/permutation.h"
#include "features/predictor.h"
#include "forest/delay_counts.h"

namespace flightcast::evaluate {

// One way to answer: gives the probabilities of each of `rows`.
struct Candidate {
    std::string name;
    std::function<std::vector<flight::Probabilities>(std::span<const std::uint32_t> rows)> answer;
};

// A model as a candidate. It and `table` are borrowed as long as the candidate is used.
[[nodiscard]] Candidate candidate_of(
    std::string name,
    const features::Predictor& model,
    const dataset::FlightTable& table,
    std::size_t threads
);

// The two baselines, learned from the training flights that `counts` are of.
[[nodiscard]] std::vector<Candidate> baselines_of(
    const forest::DelayCounts& counts, const dataset::FlightTable& table
);

// How one candidate did.
struct Contestant {
    std::string name;
    Metrics metrics;
    std::optional<Intervals> intervals;  // nothing when all flights are of one day
    std::vector<double> daily_log_loss;  // of each day
};

// How candidates did on the same flights.
struct Judgement {
    std::size_t rows = 0;
    std::vector<dataset::Day> days;  // rising
    std::vector<std::size_t> rows_of_day;
    std::vector<Contestant> contestants;               // in the order of the candidates
    std::vector<std::pair<std::string, double>> gain;  // of the first one's features; may be empty
    std::vector<FieldImportance> permutation;          // of the first one; may be empty
};

// Judges `candidates` on `rows`; the intervals follow from `seed`. Gain and permutation are left
// empty.
//
// REQUIRES: there are candidates and rows; these are rows of `table`.
[[nodiscard]] Judgement judge(
    const dataset::FlightTable& table,
    std::span<const std::uint32_t> rows,
    std::span<const Candidate> candidates,
    std::uint64_t seed
);

}  // namespace flightcast::evaluate
