// SPDX-License-Identifier: Apache-2.0
#include "evaluate/html_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "evaluate/html_page.h"
#include "evaluate/svg_chart.h"

namespace flightcast::evaluate {
namespace {

std::string cell(double value, const std::optional<Intervals>& intervals, std::size_t figure) {
    if (!intervals) return fmt::format("<td>{:.4f}</td>", value);
    const Interval& range = intervals->figures[figure];
    return fmt::format(
        "<td>{:.4f}<br><small>{:.3f} to {:.3f}</small></td>", value, range.low, range.high
    );
}

std::string contestants_table(const Judgement& judgement) {
    constexpr std::array<std::pair<const char*, const char*>, 6> kColumns = {{
        {"log_loss", "log loss"},
        {"accuracy", "accuracy"},
        {"macro_f1", "macro F1"},
        {"brier", "Brier"},
        {"calibration_error", "calibration error"},
        {"auc_15_minutes_late", "AUC 15+ late"},
    }};
    std::string html = "<div class=\"wide\"><table><thead><tr><th>answers</th>";
    for (const auto& [figure, title] : kColumns) html += fmt::format("<th>{}</th>", title);
    html += "</tr></thead><tbody>\n";
    for (const Contestant& contestant : judgement.contestants) {
        html += fmt::format("<tr><td>{}</td>", escape_html(contestant.name));
        const auto figures = figures_of(contestant.metrics);
        for (const auto& [figure, title] : kColumns) {
            const auto found = std::ranges::find(figures, figure, [](const auto& f) {
                return std::string_view(f.first);
            });
            const auto place = static_cast<std::size_t>(found - figures.begin());
            html += cell(found->second, contestant.intervals, place);
        }
        html += "</tr>\n";
    }
    return html + "</tbody></table></div>\n";
}

std::string classes_table(const Metrics& metrics) {
    std::string html =
        "<div class=\"wide\"><table><thead><tr><th>what came</th><th>flights</th><th>recall</th>"
        "<th>precision</th><th>answered 0</th><th>1</th><th>2</th><th>3</th></tr></thead><tbody>\n";
    for (std::size_t c = 0; c < flight::kClassCount; ++c) {
        std::size_t flights = 0;
        for (const std::size_t count : metrics.confusion[c]) flights += count;
        html += fmt::format(
            "<tr><td>{} {}</td><td>{}</td><td>{:.3f}</td><td>{:.3f}</td>",
            c,
            escape_html(flight::kClassTexts[c]),
            flights,
            metrics.recall[c],
            metrics.precision[c]
        );
        for (const std::size_t count : metrics.confusion[c])
            html += fmt::format("<td>{}</td>", count);
        html += "</tr>\n";
    }
    return html + "</tbody></table></div>\n";
}

std::string log_loss_chart(const Judgement& judgement) {
    std::vector<RangedValue> values;
    for (const Contestant& one : judgement.contestants) {
        const double loss = one.metrics.log_loss;
        const Interval none{.low = loss, .high = loss};
        values.push_back({one.name, loss, one.intervals ? one.intervals->figures[1] : none});
    }
    const bool has_ranges = judgement.contestants.front().intervals.has_value();
    return range_chart(has_ranges ? "Log loss with its 95 % interval" : "Log loss", values);
}

std::string daily_chart(const Judgement& judgement) {
    Axes axes{
        .title = "Log loss of each day",
        .x = "day",
        .y = "log loss",
        .x_range = {0, static_cast<double>(judgement.days.size() - 1)},
        .y_range = {1e9, 0},
        .x_marks = {},
    };
    std::vector<Series> series;
    for (const Contestant& one : judgement.contestants) {
        Series line{.name = one.name, .points = {}, .weights = {}};
        for (std::size_t day = 0; day < one.daily_log_loss.size(); ++day) {
            const double loss = one.daily_log_loss[day];
            line.points.emplace_back(static_cast<double>(day), loss);
            axes.y_range = {
                std::min(axes.y_range.first, loss), std::max(axes.y_range.second, loss)
            };
        }
        series.push_back(std::move(line));
    }
    const std::size_t step = std::max<std::size_t>(1, judgement.days.size() / 6);
    for (std::size_t day = 0; day < judgement.days.size(); day += step) {
        axes.x_marks.emplace_back(
            static_cast<double>(day), dataset::to_string(judgement.days[day])
        );
    }
    return line_chart(axes, series);
}

std::string reliability_chart(const Metrics& metrics) {
    Axes axes{
        .title = "Reliability: how often a class came when it was given a probability",
        .x = "probability that was answered",
        .y = "share of flights where it came",
        .x_range = {0, 1},
        .y_range = {0, 1},
        .x_marks = {},
        .diagonal = true,
    };
    for (int i = 0; i <= 5; ++i) axes.x_marks.emplace_back(i / 5.0, fmt::format("{:.1f}", i / 5.0));
    std::vector<Series> series;
    for (std::size_t c = 0; c < flight::kClassCount; ++c) {
        Series line{.name = fmt::format("class {}", c), .points = {}, .weights = {}};
        for (const ReliabilityBin& bin : metrics.reliability[c]) {
            if (bin.rows == 0) continue;
            line.points.emplace_back(bin.probability, bin.came);
            line.weights.push_back(static_cast<double>(bin.rows));
        }
        series.push_back(std::move(line));
    }
    return line_chart(axes, series);
}

std::string importance_charts(const Judgement& judgement) {
    std::string html;
    if (!judgement.permutation.empty()) {
        std::vector<std::pair<std::string, double>> values;
        for (const FieldImportance& one : judgement.permutation) {
            values.emplace_back(one.field, one.log_loss_above);
        }
        std::ranges::sort(values, std::greater{}, &std::pair<std::string, double>::second);
        html +=
            "<h2>What the answers hang on</h2>\n<p>By how much the log loss grows when one field "
            "is another flight's.</p>\n" +
            bar_chart("Permutation importance", values);
    }
    if (!judgement.gain.empty()) {
        std::vector<std::pair<std::string, double>> values = judgement.gain;
        std::ranges::sort(values, std::greater{}, &std::pair<std::string, double>::second);
        html +=
            "<h2>What the trees split by</h2>\n<p>The share of each feature in what all splits "
            "gain in purity, as it was trained.</p>\n" +
            bar_chart("Importance by gain", values);
    }
    return html;
}

}  // namespace

std::string html_report(const Judgement& judgement, const HtmlText& text) {
    const std::string title = escape_html(text.title);
    const Contestant& first = judgement.contestants.front();
    return html_head(text.title) +
           fmt::format(
               "<h1>{}</h1>\n<p>{} flights of {} day{}, {} to {}. {}</p>\n",
               title,
               judgement.rows,
               judgement.days.size(),
               judgement.days.size() == 1 ? "" : "s",
               dataset::to_string(judgement.days.front()),
               dataset::to_string(judgement.days.back()),
               escape_html(text.notes)
           ) +
           (first.intervals ? "<p>Small figures are 95 % intervals from drawing whole days. "
                            : "<p>There are no intervals, since all flights are of one day. ") +
           "Log loss, Brier and calibration error are better when lower.</p>\n" +
           contestants_table(judgement) + "<h2>Log loss</h2>\n" + log_loss_chart(judgement) +
           "<h2>Day by day</h2>\n" + daily_chart(judgement) + "<h2>" + escape_html(first.name) +
           " by class</h2>\n" + classes_table(first.metrics) + "<h2>Reliability</h2>\n" +
           reliability_chart(first.metrics) + importance_charts(judgement) + std::string(kHtmlEnd);
}

}  // namespace flightcast::evaluate
