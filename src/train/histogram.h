// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "forest/schema.h"
#include "train/sample.h"
#include "train/training_set.h"

namespace flightcast::train {

// The class counts of one bin; a forest learns from few enough rows for 32 bits.
using BinCounts = std::array<std::uint32_t, forest::kClassCount>;

// The classes of a node's samples by the bin of one feature.
//
// Thread-safety: one thread per object.
class Histogram {
  public:
    // Counts `samples`, which are rows of `column`.
    Histogram(const BinnedColumn& column, std::span<const Sample> samples);

    // Takes away what a part of the samples counted: what is left is the histogram of the others.
    //
    // REQUIRES: `part` is of the same column and of some of these samples.
    void subtract(const Histogram& part);

    // Of each bin, that of missing values last.
    [[nodiscard]] std::span<const BinCounts> bins() const { return bins_; }

    bool operator==(const Histogram&) const = default;

  private:
    std::vector<BinCounts> bins_;
};

}  // namespace flightcast::train
