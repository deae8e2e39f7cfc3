// SPDX-License-Identifier: Apache-2.0
#include "evaluate/day_tally.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"

namespace flightcast::evaluate {

DayTally::DayTally() : ranks_(kRankBins) {}

void DayTally::add(const Judged& row) {
    tally_.add(answer_of(row));
    const double rank = std::clamp(lateness(row.probabilities), 0.0, 1.0);
    const auto bin = std::min(static_cast<std::size_t>(rank * kRankBins), kRankBins - 1);
    ranks_[bin][row.arr_delay >= kLateMinutes ? 1 : 0] += 1;
}

DayTally& DayTally::operator+=(const DayTally& other) {
    tally_ += other.tally_;
    for (std::size_t bin = 0; bin < kRankBins; ++bin) {
        ranks_[bin][0] += other.ranks_[bin][0];
        ranks_[bin][1] += other.ranks_[bin][1];
    }
    return *this;
}

double DayTally::auc_late() const {
    double wins = 0;
    double on_time = 0;
    double late = 0;
    for (const auto& [bin_on_time, bin_late] : ranks_) {
        wins += bin_late * (on_time + bin_on_time / 2);
        on_time += bin_on_time;
        late += bin_late;
    }
    return on_time == 0 || late == 0 ? 0 : wins / (on_time * late);
}

std::vector<double> DayTally::figures() const {
    FC_CHECK(rows() > 0);
    std::vector<double> values;
    for (const auto& [name, value] : figures_of({tally_.figures(), auc_late()})) {
        values.push_back(value);
    }
    return values;
}

}  // namespace flightcast::evaluate
