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

    [[nodiscard]] double rows() const { return rows_; }
    [[nodiscard]] double log_loss() const { return rows_ == 0 ? 0 : loss_ / rows_; }

    // The values of figures_of(measure(...)), in its order. REQUIRES: rows() > 0.
    [[nodiscard]] std::vector<double> figures() const;

  private:
    static constexpr std::size_t kRankBins = 1'024;
    static constexpr std::size_t kClasses = flight::kClassCount;

    [[nodiscard]] double auc_late() const;

    double rows_ = 0;
    double loss_ = 0;
    double brier_ = 0;
    std::array<std::array<double, kClasses>, kClasses> confusion_{};
    std::array<std::array<double, kReliabilityBins>, kClasses> excess_{};  // probability - observed
    std::vector<std::array<double, 2>> ranks_;                             // not late, late
};

}  // namespace flightcast::evaluate
