// SPDX-License-Identifier: Apache-2.0
#include "evaluate/html_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "evaluate/svg_chart.h"

namespace flightcast::evaluate {
namespace {

constexpr std::string_view kHead = R"(<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{{title}}</title><style>
:root{color-scheme:light dark;--back:#fff;--text:#1c2024;--faint:#d9dde1;--c0:#1663b5;--c1:#c2410c;
--c2:#15803d;--c3:#7e22ce}
@media (prefers-color-scheme:dark){:root{--back:#15181b;--text:#e6e9ec;--faint:#3a4046;--c0:#6cb1ff;
--c1:#fb9a5c;--c2:#62d08a;--c3:#cf9bff}}
body{margin:0 auto;max-width:60rem;padding:1rem;background:var(--back);color:var(--text);
font:16px/1.5 system-ui,sans-serif}
h1{font-size:1.5rem}h2{font-size:1.2rem;margin-top:2rem}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}
.wide{overflow-x:auto}td,th{padding:.25rem .6rem;text-align:right;border-bottom:1px solid var(--faint)}
td:first-child,th:first-child{text-align:left}small{opacity:.75;white-space:nowrap}
svg{width:100%;max-width:42rem;height:auto;display:block}
svg text{fill:var(--text);font-size:11px}.end{text-anchor:end}.mid{text-anchor:middle}
.grid{stroke:var(--faint)}.ideal{stroke:var(--text);stroke-dasharray:4 4;opacity:.5}
.line{fill:none;stroke-width:1.6}.range{stroke-width:4;opacity:.45}
.c0{--c:var(--c0)}.c1{--c:var(--c1)}.c2{--c:var(--c2)}.c3{--c:var(--c3)}
svg .c0,svg .c1,svg .c2,svg .c3{fill:var(--c)}svg .line,svg .range{stroke:var(--c)}
.legend span{color:var(--c);margin-right:1rem}.legend span::before{content:"\25CF "}
</style></head><body><main>
)";

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
    std::string head(kHead);
    const std::string title = escape_html(text.title);
    constexpr std::string_view kPlace = "{{title}}";
    head.replace(head.find(kPlace), kPlace.size(), title);
    const Contestant& first = judgement.contestants.front();
    return head +
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
           reliability_chart(first.metrics) + importance_charts(judgement) +
           "</main></body></html>\n";
}

}  // namespace flightcast::evaluate
