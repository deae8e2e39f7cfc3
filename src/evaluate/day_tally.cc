// SPDX-License-Identifier: Apache-2.0
#include "evaluate/day_tally.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "flight/predicted_class.h"

namespace flightcast::evaluate {

DayTally::DayTally() : ranks_(kRankBins) {}

void DayTally::add(const Judged& row) {
    const std::size_t came = flight::class_of_delay(row.arr_delay);
    rows_ += 1;
    loss_ -= std::log(std::max(row.probabilities[came], kProbabilityMin));
    for (std::size_t c = 0; c < kClasses; ++c) {
        const double excess = row.probabilities[c] - (c == came ? 1 : 0);
        brier_ += excess * excess;
        excess_[c][reliability_bin(row.probabilities[c])] += excess;
    }
    confusion_[came][flight::predicted_class(row.probabilities)] += 1;
    const double rank = std::clamp(lateness(row.probabilities), 0.0, 1.0);
    const auto bin = std::min(static_cast<std::size_t>(rank * kRankBins), kRankBins - 1);
    ranks_[bin][row.arr_delay >= kLateMinutes ? 1 : 0] += 1;
}

DayTally& DayTally::operator+=(const DayTally& other) {
    rows_ += other.rows_;
    loss_ += other.loss_;
    brier_ += other.brier_;
    for (std::size_t c = 0; c < kClasses; ++c) {
        for (std::size_t i = 0; i < kClasses; ++i) confusion_[c][i] += other.confusion_[c][i];
        for (std::size_t i = 0; i < kReliabilityBins; ++i) excess_[c][i] += other.excess_[c][i];
    }
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
    FC_CHECK(rows_ > 0);
    std::array<double, kClasses> recall{};
    std::array<double, kClasses> precision{};
    double right = 0;
    double macro_f1 = 0;
    double calibration = 0;
    for (std::size_t c = 0; c < kClasses; ++c) {
        double came = 0;
        double answered = 0;
        for (std::size_t other = 0; other < kClasses; ++other) {
            came += confusion_[c][other];
            answered += confusion_[other][c];
        }
        const double both = confusion_[c][c];
        right += both;
        recall[c] = came == 0 ? 0 : both / came;
        precision[c] = answered == 0 ? 0 : both / answered;
        macro_f1 += came + answered == 0 ? 0 : 2 * both / (came + answered) / kClasses;
        for (const double excess : excess_[c]) calibration += std::abs(excess);
    }
    std::vector<double> figures = {
        right / rows_,
        loss_ / rows_,
        macro_f1,
        brier_ / rows_,
        calibration / (rows_ * kClasses),
        auc_late(),
    };
    figures.insert(figures.end(), recall.begin(), recall.end());
    figures.insert(figures.end(), precision.begin(), precision.end());
    return figures;
}

}  // namespace flightcast::evaluate
