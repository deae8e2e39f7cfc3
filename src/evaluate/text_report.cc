// SPDX-License-Identifier: Apache-2.0
#include "evaluate/text_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace flightcast::evaluate {
namespace {

constexpr std::array<const char*, flight::kClassCount> kClassNames = {
    "0 early", "1 slightly early", "2 slightly late", "3 very late"
};

// The figures that have a column, and its title.
struct Column {
    const char* figure;
    const char* title;
};
constexpr std::array<Column, 6> kColumns = {{
    {"log_loss", "log loss"},
    {"accuracy", "accuracy"},
    {"macro_f1", "macro F1"},
    {"brier", "Brier"},
    {"calibration_error", "calibration"},
    {"auc_15_minutes_late", "AUC late"},
}};

std::size_t name_width(const Judgement& judgement) {
    std::size_t width = 15;
    for (const Contestant& contestant : judgement.contestants) {
        width = std::max(width, contestant.name.size());
    }
    return width;
}

std::string contestants_text(const Judgement& judgement) {
    const std::size_t width = name_width(judgement);
    std::string text = fmt::format("{:<{}}", "", width);
    for (const Column& column : kColumns) text += fmt::format("  {:>14}", column.title);
    text += "\n";
    for (const Contestant& contestant : judgement.contestants) {
        const auto figures = figures_of(contestant.metrics);
        std::string values = fmt::format("{:<{}}", contestant.name, width);
        std::string ranges = fmt::format("{:<{}}", "", width);
        for (const Column& column : kColumns) {
            for (std::size_t i = 0; i < figures.size(); ++i) {
                if (figures[i].first != column.figure) continue;
                values += fmt::format("  {:>14.4f}", figures[i].second);
                if (!contestant.intervals) continue;
                const Interval& range = contestant.intervals->figures[i];
                ranges +=
                    fmt::format("  {:>14}", fmt::format("{:.3f}..{:.3f}", range.low, range.high));
            }
        }
        text += values + "\n";
        if (contestant.intervals) text += ranges + "\n";
    }
    return text;
}

// "1 day", "30 days"
std::string days_text(const Judgement& judgement) {
    return fmt::format("{} day{}", judgement.days.size(), judgement.days.size() == 1 ? "" : "s");
}

// " (-0.0123..+0.0456)"; empty when there is no interval.
std::string range_text(const Contestant& other) {
    if (!other.intervals) return "";
    const Interval& range = other.intervals->log_loss_above_first;
    return fmt::format(" ({:+.4f}..{:+.4f})", range.low, range.high);
}

std::string differences_text(const Judgement& judgement) {
    std::string text;
    const Contestant& first = judgement.contestants.front();
    for (const Contestant& other : judgement.contestants) {
        if (&other == &first) continue;
        std::size_t better = 0;
        for (std::size_t day = 0; day < judgement.days.size(); ++day) {
            better += first.daily_log_loss[day] < other.daily_log_loss[day] ? 1 : 0;
        }
        text += fmt::format(
            "log loss of {} minus that of {}: {:+.4f}{}, lower on {} of {}\n",
            other.name,
            first.name,
            other.metrics.log_loss - first.metrics.log_loss,
            range_text(other),
            better,
            days_text(judgement)
        );
    }
    return text;
}

std::string classes_text(const Metrics& metrics) {
    std::string text = fmt::format(
        "{:<17} {:>8} {:>7} {:>7} {:>9}   answered {:>6} {:>8} {:>8} {:>8}\n",
        "what came",
        "flights",
        "share",
        "recall",
        "precision",
        "0",
        "1",
        "2",
        "3"
    );
    for (std::size_t c = 0; c < flight::kClassCount; ++c) {
        std::size_t flights = 0;
        for (const std::size_t count : metrics.confusion[c]) flights += count;
        text += fmt::format(
            "{:<17} {:>8} {:>6.1f}% {:>7.3f} {:>9.3f}           ",
            kClassNames[c],
            flights,
            100 * static_cast<double>(flights) / static_cast<double>(metrics.rows),
            metrics.recall[c],
            metrics.precision[c]
        );
        for (const std::size_t count : metrics.confusion[c]) text += fmt::format(" {:>7} ", count);
        text += "\n";
    }
    return text;
}

std::string reliability_text(const Metrics& metrics) {
    std::string text =
        "reliability: flights, mean probability and share that came, by probability\n";
    text += fmt::format("{:<13}", "");
    for (std::size_t c = 0; c < flight::kClassCount; ++c)
        text += fmt::format("  {:^24}", kClassNames[c]);
    text += "\n";
    for (std::size_t bin = 0; bin < kReliabilityBins; ++bin) {
        text += fmt::format(
            "{:.3f}..{:.3f} ",
            static_cast<double>(bin) / kReliabilityBins,
            static_cast<double>(bin + 1) / kReliabilityBins
        );
        for (const Reliability& of_class : metrics.reliability) {
            const ReliabilityBin& one = of_class[bin];
            text +=
                one.rows == 0
                    ? fmt::format("  {:>24}", "-")
                    : fmt::format("  {:>10}  {:.3f}  {:.3f}", one.rows, one.probability, one.came);
        }
        text += "\n";
    }
    return text;
}

std::string importance_text(const Judgement& judgement) {
    std::string text;
    if (!judgement.gain.empty()) {
        text += "importance by gain:";
        for (const auto& [feature, share] : judgement.gain) {
            text += fmt::format("  {} {:.3f}", feature, share);
        }
        text += "\n";
    }
    if (!judgement.permutation.empty()) {
        text += "log loss grows when a field is shuffled by:";
        for (const FieldImportance& field : judgement.permutation) {
            text += fmt::format("  {} {:.3f}", field.field, field.log_loss_above);
        }
        text += "\n";
    }
    return text;
}

}  // namespace

std::string text_report(const Judgement& judgement) {
    const Contestant& first = judgement.contestants.front();
    return fmt::format(
               "{} flights of {}, {} to {}; {}\n\n",
               judgement.rows,
               days_text(judgement),
               dataset::to_string(judgement.days.front()),
               dataset::to_string(judgement.days.back()),
               first.intervals ? "ranges are 95 % intervals from drawing whole days"
                               : "no intervals: they come from drawing whole days, and there is one"
           ) +
           contestants_text(judgement) + "\n" + differences_text(judgement) + "\n" + first.name +
           "\n" + classes_text(first.metrics) + "\n" + reliability_text(first.metrics) + "\n" +
           importance_text(judgement);
}

}  // namespace flightcast::evaluate
