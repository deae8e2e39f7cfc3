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
class NodeCounts {
  public:
    // Counts `samples`, which are rows of `column`.
    NodeCounts(const BinnedColumn& column, std::span<const Sample> samples);

    // Takes away the counts of a part of the samples, so that those of the others are left.
    //
    // REQUIRES: `part` is of the same column and of some of these samples.
    void subtract(const NodeCounts& part);

    // Of each bin, that of missing values last.
    [[nodiscard]] std::span<const BinCounts> bins() const { return bins_; }

    bool operator==(const NodeCounts&) const = default;

  private:
    std::vector<BinCounts> bins_;
};

}  // namespace flightcast::train
