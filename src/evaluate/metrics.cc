// SPDX-License-Identifier: Apache-2.0
#include "evaluate/metrics.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "flight/predicted_class.h"

namespace flightcast::evaluate {
namespace {

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

figures::JudgedAnswer answer_of(const Judged& row) {
    return {
        .predicted = flight::predicted_class(row.probabilities),
        .observed = flight::class_of_delay(row.arr_delay),
        .probabilities = row.probabilities
    };
}

Metrics measure(std::span<const Judged> judged) {
    FC_CHECK(!judged.empty());
    figures::Tally tally;
    for (const Judged& row : judged) tally.add(answer_of(row));
    return {tally.figures(), auc_late(judged)};
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
