// SPDX-License-Identifier: Apache-2.0
#include "app/performance/performance_text.h"

#include <fmt/format.h>

#include "flight/calendar/timestamp.h"

namespace flightcast::app::performance {

using flightcast::performance::GroupFigures;
using flightcast::performance::Report;
using flightcast::performance::Split;
using judging::Verdict;

namespace {

constexpr std::int64_t kFew = static_cast<std::int64_t>(base::limits::kFewFlights);

std::string minute_text(base::WallTime time) {
    std::string text;
    flight::append_utc(text, time);
    return text.substr(0, 16) + "Z";
}

std::string row_text(std::string_view name, std::int64_t flights, double accuracy, double loss) {
    if (flights < kFew) return fmt::format("{:<34} {:>9}  not enough\n", name, flights);
    return fmt::format("{:<34} {:>9} {:>9.4f} {:>9.4f}\n", name, flights, accuracy, loss);
}

std::string row_of(const GroupFigures& group) {
    if (group.model) {
        const figures::Figures figures = group.model->tally.figures();
        return row_text(
            group.name, static_cast<std::int64_t>(figures.rows), figures.accuracy, figures.log_loss
        );
    }
    const figures::SmallTally& tally = group.small;
    const double accuracy = static_cast<double>(tally.right) / static_cast<double>(tally.rows);
    const double loss = tally.with_probabilities == 0
                            ? 0
                            : tally.loss.value() / static_cast<double>(tally.with_probabilities);
    return row_text(group.name, tally.rows, accuracy, loss);
}

std::string class_rows(const figures::Figures& figures) {
    std::string text =
        fmt::format("{:<34} {:>9} {:>9} {:>9}\n", "class", "flights", "recall", "precision");
    for (std::size_t c = 0; c < flight::kClassCount; ++c) {
        std::int64_t flights = 0;
        for (const std::size_t count : figures.confusion[c]) {
            flights += static_cast<std::int64_t>(count);
        }
        text += row_text(flight::kClassTexts[c], flights, figures.recall[c], figures.precision[c]);
    }
    return text;
}

}  // namespace

std::string performance_text(const Report& report) {
    const auto count = [&report](Verdict verdict) {
        return report.total.verdicts[static_cast<std::size_t>(verdict)];
    };
    std::string text = fmt::format(
        "{} to {}: {} judged, {} cancelled, {} diverted, {} ambiguous\n\n",
        minute_text(report.from),
        minute_text(report.to),
        count(Verdict::judged),
        count(Verdict::cancelled),
        count(Verdict::diverted),
        count(Verdict::ambiguous)
    );
    const figures::Figures total = report.total.tally.figures();
    if (report.split == Split::klass) return text + class_rows(total);
    const auto split = flightcast::performance::kSplitNames[static_cast<std::size_t>(report.split)];
    text += fmt::format("{:<34} {:>9} {:>9} {:>9}\n", split, "flights", "accuracy", "log loss");
    for (const GroupFigures& group : report.groups) text += row_of(group);
    return text +
           row_text("all", static_cast<std::int64_t>(total.rows), total.accuracy, total.log_loss);
}

}  // namespace flightcast::app::performance
