// SPDX-License-Identifier: Apache-2.0
#include "evaluate/metrics.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "flight/predicted_class.h"

namespace flightcast::evaluate {
namespace {

double share(std::size_t part, std::size_t whole) {
    return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

double brier_of(const flight::Probabilities& probabilities, std::size_t came) {
    double sum = 0;
    for (std::size_t c = 0; c < flight::kClassCount; ++c) {
        const double difference = probabilities[c] - (c == came ? 1 : 0);
        sum += difference * difference;
    }
    return sum;
}

void measure_classes(Metrics& metrics) {
    std::size_t right = 0;
    for (std::size_t c = 0; c < flight::kClassCount; ++c) {
        std::size_t came = 0;
        std::size_t answered = 0;
        for (std::size_t other = 0; other < flight::kClassCount; ++other) {
            came += metrics.confusion[c][other];
            answered += metrics.confusion[other][c];
        }
        const std::size_t both = metrics.confusion[c][c];
        right += both;
        metrics.recall[c] = share(both, came);
        metrics.precision[c] = share(both, answered);
        metrics.macro_f1 += share(2 * both, came + answered) / flight::kClassCount;
    }
    metrics.accuracy = share(right, metrics.rows);
}

void measure_reliability(Metrics& metrics, std::span<const Judged> judged) {
    for (const Judged& row : judged) {
        const std::size_t came = flight::class_of_delay(row.arr_delay);
        for (std::size_t c = 0; c < flight::kClassCount; ++c) {
            const double probability = row.probabilities[c];
            ReliabilityBin& bin = metrics.reliability[c][reliability_bin(probability)];
            ++bin.rows;
            bin.probability += probability;
            bin.came += c == came ? 1 : 0;
        }
    }
    for (Reliability& of_class : metrics.reliability) {
        for (ReliabilityBin& bin : of_class) {
            if (bin.rows == 0) continue;
            bin.probability /= static_cast<double>(bin.rows);
            bin.came /= static_cast<double>(bin.rows);
        }
    }
}

// Expected calibration error: the difference between mean probability and observed share, averaged
// over the bins of a class by their flights, then over the classes (Guo et al., "On Calibration of
// Modern Neural Networks", 2017, taken class by class).
double calibration_error(const Metrics& metrics) {
    double error = 0;
    for (const Reliability& of_class : metrics.reliability) {
        for (const ReliabilityBin& bin : of_class) {
            error += std::abs(bin.probability - bin.came) * static_cast<double>(bin.rows);
        }
    }
    return error / static_cast<double>(metrics.rows * flight::kClassCount);
}

// The chance that a late flight is ranked above one that is not, ties counted half (Mann-Whitney).
double auc_late(std::span<const Judged> judged) {
    std::vector<std::pair<double, bool>> ranked;
    ranked.reserve(judged.size());
    std::size_t late = 0;
    for (const Judged& row : judged) {
        const bool is_late = row.arr_delay >= kLateMinutes;
        late += is_late ? 1 : 0;
        ranked.emplace_back(lateness(row.probabilities), is_late);
    }
    std::ranges::sort(ranked);
    double wins = 0;
    double on_time_below = 0;
    for (std::size_t begin = 0; begin < ranked.size();) {
        std::size_t end = begin;
        double tied_late = 0;
        for (; end < ranked.size() && ranked[end].first == ranked[begin].first; ++end) {
            tied_late += ranked[end].second ? 1 : 0;
        }
        const double tied_on_time = static_cast<double>(end - begin) - tied_late;
        wins += tied_late * (on_time_below + tied_on_time / 2);
        on_time_below += tied_on_time;
        begin = end;
    }
    const std::size_t on_time = judged.size() - late;
    if (late == 0 || on_time == 0) return 0;
    return wins / (static_cast<double>(late) * static_cast<double>(on_time));
}

}  // namespace

std::size_t reliability_bin(double probability) {
    return std::min(static_cast<std::size_t>(probability * kReliabilityBins), kReliabilityBins - 1);
}

Metrics measure(std::span<const Judged> judged) {
    FC_CHECK(!judged.empty());
    Metrics metrics{.rows = judged.size()};
    const double rows = static_cast<double>(judged.size());
    for (const Judged& row : judged) {
        const std::size_t came = flight::class_of_delay(row.arr_delay);
        ++metrics.confusion[came][flight::predicted_class(row.probabilities)];
        metrics.log_loss -= std::log(std::max(row.probabilities[came], kProbabilityMin)) / rows;
        metrics.brier += brier_of(row.probabilities, came) / rows;
    }
    measure_classes(metrics);
    measure_reliability(metrics, judged);
    metrics.calibration_error = calibration_error(metrics);
    metrics.auc_late = auc_late(judged);
    return metrics;
}

std::vector<std::pair<std::string, double>> figures_of(const Metrics& metrics) {
    std::vector<std::pair<std::string, double>> figures = {
        {"accuracy", metrics.accuracy},
        {"log_loss", metrics.log_loss},
        {"macro_f1", metrics.macro_f1},
        {"brier", metrics.brier},
        {"calibration_error", metrics.calibration_error},
        {"auc_15_minutes_late", metrics.auc_late},
    };
    for (std::size_t c = 0; c < flight::kClassCount; ++c) {
        figures.emplace_back("recall_class_" + std::to_string(c), metrics.recall[c]);
    }
    for (std::size_t c = 0; c < flight::kClassCount; ++c) {
        figures.emplace_back("precision_class_" + std::to_string(c), metrics.precision[c]);
    }
    return figures;
}

}  // namespace flightcast::evaluate
