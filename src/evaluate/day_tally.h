// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "evaluate/metrics.h"

namespace flightcast::evaluate {

// Additive totals of judged flights: the figures of any choice of days are computed from the sum of
// their daily tallies. The AUC is from a histogram and so exact to about 1e-3; the other figures
// are those of measure().
class DayTally {
  public:
    DayTally();

    void add(const Judged& row);
    DayTally& operator+=(const DayTally& other);

    [[nodiscard]] std::size_t rows() const { return tally_.rows(); }
    [[nodiscard]] double log_loss() const { return tally_.log_loss(); }

    // The values of figures_of(measure(...)), in its order. REQUIRES: rows() > 0.
    [[nodiscard]] std::vector<double> figures() const;

  private:
    static constexpr std::size_t kRankBins = 1'024;

    [[nodiscard]] double auc_late() const;

    figures::Tally tally_;
    std::vector<std::array<double, 2>> ranks_;  // not late, late
};

}  // namespace flightcast::evaluate
