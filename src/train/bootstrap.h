// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/random.h"
#include "train/sample.h"
#include "train/training_set.h"

namespace flightcast::train {

// Draws how often each row takes part in a tree: Poisson-distributed with mean 1, as Spark does,
// which equals drawing as many rows as there are, with repetition; but every row can be
// drawn on its own, in order (Oza, "Online Bagging and Boosting", 2005).
//
// Thread-safety: one thread per object.
class Bootstrap {
  public:
    // Of every `judge_every`-th row that is not drawn, the number is kept. REQUIRES: it is not 0.
    explicit Bootstrap(std::size_t judge_every) : judge_every_(judge_every) {}

    // Draws anew; the random numbers it takes depend on the number of rows alone.
    void draw(const TrainingSet& set, base::SeededRandom& random);

    // The rows that were drawn, in rising order; the grower of the tree reorders them.
    [[nodiscard]] std::vector<Sample>& samples() { return samples_; }

    // The rows left out, of those looked at.
    [[nodiscard]] const std::vector<std::uint32_t>& out_of_bag() const { return out_of_bag_; }

  private:
    const std::size_t judge_every_;
    std::vector<Sample> samples_;
    std::vector<std::uint32_t> out_of_bag_;
};

}  // namespace flightcast::train
