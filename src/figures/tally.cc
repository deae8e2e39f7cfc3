// SPDX-License-Identifier: Apache-2.0
#include "figures/tally.h"

#include <algorithm>
#include <cmath>

namespace flightcast::figures {
namespace {

double share(std::int64_t part, std::int64_t whole) {
    return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

double log_loss_of(const flight::Probabilities& probabilities, std::size_t observed) {
    return -std::log(std::max(probabilities[observed], kProbabilityMin));
}

double brier_of(const flight::Probabilities& probabilities, std::size_t observed) {
    double sum = 0;
    for (std::size_t c = 0; c < flight::kClassCount; ++c) {
        const double difference = probabilities[c] - (c == observed ? 1 : 0);
        sum += difference * difference;
    }
    return sum;
}

std::size_t reliability_bin(double probability) {
    const double place = std::clamp(probability, 0.0, 1.0) * kReliabilityBins;
    return std::min(static_cast<std::size_t>(place), kReliabilityBins - 1);
}

void Tally::count(const JudgedAnswer& answer, Sign sign) {
    const std::int64_t one = sign == Sign::plus ? 1 : -1;
    rows_ += one;
    confusion_[answer.observed][answer.predicted] += one;
    if (!answer.probabilities) return;
    with_probabilities_ += one;
    const double loss = log_loss_of(*answer.probabilities, answer.observed);
    const double brier = brier_of(*answer.probabilities, answer.observed);
    sign == Sign::plus ? loss_.add(loss) : loss_.subtract(loss);
    sign == Sign::plus ? loss_squares_.add(loss * loss) : loss_squares_.subtract(loss * loss);
    sign == Sign::plus ? brier_.add(brier) : brier_.subtract(brier);
    count_bins(answer, sign);
}

void Tally::count_bins(const JudgedAnswer& answer, Sign sign) {
    const std::int64_t one = sign == Sign::plus ? 1 : -1;
    for (std::size_t c = 0; c < kClasses; ++c) {
        const double probability = (*answer.probabilities)[c];
        Bin& bin = bins_[c][reliability_bin(probability)];
        bin.rows += one;
        bin.came += c == answer.observed ? one : 0;
        sign == Sign::plus ? bin.probability.add(probability)
                           : bin.probability.subtract(probability);
    }
}

Tally& Tally::operator+=(const Tally& other) {
    rows_ += other.rows_;
    with_probabilities_ += other.with_probabilities_;
    loss_ += other.loss_;
    loss_squares_ += other.loss_squares_;
    brier_ += other.brier_;
    for (std::size_t c = 0; c < kClasses; ++c) {
        for (std::size_t i = 0; i < kClasses; ++i) confusion_[c][i] += other.confusion_[c][i];
        for (std::size_t i = 0; i < kReliabilityBins; ++i) {
            bins_[c][i].rows += other.bins_[c][i].rows;
            bins_[c][i].came += other.bins_[c][i].came;
            bins_[c][i].probability += other.bins_[c][i].probability;
        }
    }
    return *this;
}

double Tally::log_loss() const {
    return with_probabilities_ == 0 ? 0 : loss_.value() / static_cast<double>(with_probabilities_);
}

double Tally::log_loss_error() const {
    if (with_probabilities_ < 2) return 0;
    const double rows = static_cast<double>(with_probabilities_);
    const double mean = log_loss();
    const double variance = (loss_squares_.value() - rows * mean * mean) / (rows - 1);
    return std::sqrt(std::max(variance, 0.0) / rows);
}

void Tally::put_classes(Figures& figures) const {
    std::int64_t right = 0;
    for (std::size_t c = 0; c < kClasses; ++c) {
        std::int64_t came = 0;
        std::int64_t answered = 0;
        for (std::size_t other = 0; other < kClasses; ++other) {
            came += confusion_[c][other];
            answered += confusion_[other][c];
            figures.confusion[c][other] = static_cast<std::size_t>(confusion_[c][other]);
        }
        const std::int64_t both = confusion_[c][c];
        right += both;
        figures.recall[c] = share(both, came);
        figures.precision[c] = share(both, answered);
        figures.macro_f1 += share(2 * both, came + answered) / kClasses;
    }
    figures.accuracy = share(right, rows_);
}

void Tally::put_reliability(Figures& figures) const {
    FixedSum error;
    for (std::size_t c = 0; c < kClasses; ++c) {
        for (std::size_t i = 0; i < kReliabilityBins; ++i) {
            const Bin& bin = bins_[c][i];
            if (bin.rows == 0) continue;
            FixedSum excess = bin.probability;
            excess.subtract_whole(bin.came);
            error += excess.magnitude();
            const double rows = static_cast<double>(bin.rows);
            figures.reliability[c][i] = {
                .rows = static_cast<std::size_t>(bin.rows),
                .probability = bin.probability.value() / rows,
                .came = static_cast<double>(bin.came) / rows
            };
        }
    }
    if (with_probabilities_ == 0) return;
    figures.calibration_error = error.value() / static_cast<double>(with_probabilities_) / kClasses;
}

Figures Tally::figures() const {
    Figures figures{
        .rows = rows(), .rows_with_probabilities = static_cast<std::size_t>(with_probabilities_)
    };
    figures.log_loss = log_loss();
    figures.log_loss_error = log_loss_error();
    if (with_probabilities_ > 0) {
        figures.brier = brier_.value() / static_cast<double>(with_probabilities_);
    }
    put_classes(figures);
    put_reliability(figures);
    return figures;
}

void SmallTally::add(const JudgedAnswer& answer) {
    ++rows;
    right += answer.predicted == answer.observed ? 1 : 0;
    if (!answer.probabilities) return;
    ++with_probabilities;
    loss.add(log_loss_of(*answer.probabilities, answer.observed));
}

void SmallTally::subtract(const JudgedAnswer& answer) {
    --rows;
    right -= answer.predicted == answer.observed ? 1 : 0;
    if (!answer.probabilities) return;
    --with_probabilities;
    loss.subtract(log_loss_of(*answer.probabilities, answer.observed));
}

SmallTally& SmallTally::operator-=(const SmallTally& other) {
    rows -= other.rows;
    right -= other.right;
    with_probabilities -= other.with_probabilities;
    loss -= other.loss;
    return *this;
}

SmallTally& SmallTally::operator+=(const SmallTally& other) {
    rows += other.rows;
    right += other.right;
    with_probabilities += other.with_probabilities;
    loss += other.loss;
    return *this;
}

}  // namespace flightcast::figures
