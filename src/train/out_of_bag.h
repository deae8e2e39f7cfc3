// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "forest/forest.h"

namespace flightcast::train {

// How well a forest answers for rows that it learned from, each answered by those trees alone whose
// bootstrap left it out (Breiman, "Out-of-bag estimation", 1996). It flatters where rows resemble
// each other, as flights of one day do.
struct OutOfBag {
    std::size_t rows = 0;  // that were left out by a tree at least; without any the rest is 0
    double accuracy = 0;
    double log_loss = 0;
};

// Adds up the trees' answers for the rows 0, every, 2 * every ... that they did not learn from.
//
// Thread-safety: one thread per object.
class OutOfBagVotes {
  public:
    OutOfBagVotes(std::size_t rows, std::size_t every) : every_(every), sums_((rows / every) + 1) {}

    // REQUIRES: `row` is a multiple of `every`, below the number of rows.
    void add(std::uint32_t row, const forest::Leaf& leaf);

    // Adds the counts of another one of the same rows.
    void merge(const OutOfBagVotes& other);

    // `classes` of all rows.
    [[nodiscard]] OutOfBag judge(std::span<const std::uint8_t> classes) const;

  private:
    using Sum = std::array<std::uint32_t, forest::kClassCount>;

    const std::size_t every_;
    std::vector<Sum> sums_;
};

}  // namespace flightcast::train
