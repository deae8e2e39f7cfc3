// SPDX-License-Identifier: Apache-2.0
#include "app/performance/performance_html.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <utility>
#include <vector>

#include "evaluate/html_page.h"
#include "evaluate/svg_chart.h"

namespace flightcast::app::performance {

namespace json = boost::json;
using base::Result;
using evaluate::escape_html;

namespace {

constexpr std::size_t kRowsMax = 30;  // of a table; the groups with most flights come first

std::string text_at(const json::object& object, std::string_view name) {
    return std::string(std::string_view(object.at(name).as_string()));
}

std::string figure_cell(const json::object& figures, std::string_view name) {
    const json::value& figure = figures.at(name);
    if (figure.is_null()) return "<td>-</td>";
    return fmt::format("<td>{:.4f}</td>", figure.to_number<double>());
}

std::string row_of(
    std::string_view name,
    const json::value& flights,
    const json::object& of,
    const std::pair<std::string, std::string>& columns
) {
    const std::string head =
        fmt::format("<tr><td>{}</td><td>{}</td>", escape_html(name), json::serialize(flights));
    if (!of.at("enough").as_bool()) return head + "<td colspan=\"2\">not enough</td></tr>\n";
    const json::object& figures = of.at("figures").as_object();
    return head + figure_cell(figures, columns.first) + figure_cell(figures, columns.second) +
           "</tr>\n";
}

std::string table_of(const json::object& report, const std::string& title) {
    const bool is_by_class = report.at("by").as_string() == "class";
    const std::pair<std::string, std::string> columns =
        is_by_class ? std::pair("recall", "precision") : std::pair("accuracy", "log_loss");
    std::string html = fmt::format(
        "<h2>By {}</h2>\n<div class=\"wide\"><table><thead><tr><th>{}</th><th>flights</th>"
        "<th>{}</th><th>{}</th></tr></thead><tbody>\n",
        title,
        title,
        columns.first,
        is_by_class ? columns.second : "log loss"
    );
    const json::array& groups = report.at("groups").as_array();
    for (std::size_t i = 0; i < std::min(groups.size(), kRowsMax); ++i) {
        const json::object& group = groups[i].as_object();
        html += row_of(text_at(group, "name"), group.at("flights"), group, columns);
    }
    if (!is_by_class) html += row_of("all", report.at("judged"), report, columns);
    html += "</tbody></table></div>\n";
    if (groups.size() <= kRowsMax) return html;
    return html + fmt::format("<p>{} more have fewer flights.</p>\n", groups.size() - kRowsMax);
}

// One figure of the days that have enough flights.
std::string days_chart(const json::object& report, std::string_view figure, const char* title) {
    evaluate::Axes axes{
        .title = title,
        .x = "day",
        .y = title,
        .x_range = {0, 0},
        .y_range = {1e9, 0},
        .x_marks = {}
    };
    evaluate::Series line{.name = text_at(report, "by"), .points = {}, .weights = {}};
    const json::array& days = report.at("groups").as_array();
    for (std::size_t i = 0; i < days.size(); ++i) {
        const json::object& day = days[i].as_object();
        if (i % std::max<std::size_t>(1, days.size() / 6) == 0) {
            axes.x_marks.emplace_back(static_cast<double>(i), text_at(day, "name"));
        }
        if (!day.at("enough").as_bool() || day.at("figures").at(figure).is_null()) continue;
        const double value = day.at("figures").at(figure).to_number<double>();
        line.points.emplace_back(static_cast<double>(i), value);
        axes.y_range = {std::min(axes.y_range.first, value), std::max(axes.y_range.second, value)};
    }
    if (line.points.size() < 2) return {};
    axes.x_range.second = static_cast<double>(days.size() - 1);
    return fmt::format("<h2>{} of each day</h2>\n", title) + evaluate::line_chart(axes, {line});
}

std::string reliability_chart_of(const json::object& figures) {
    evaluate::Axes axes{
        .title = "Calibration: how often a class came when it was given a probability",
        .x = "probability that was answered",
        .y = "share of flights where it came",
        .x_range = {0, 1},
        .y_range = {0, 1},
        .x_marks = {},
        .diagonal = true,
    };
    for (int i = 0; i <= 5; ++i) axes.x_marks.emplace_back(i / 5.0, fmt::format("{:.1f}", i / 5.0));
    std::vector<evaluate::Series> series;
    for (const json::value& of_class : figures.at("reliability").as_array()) {
        evaluate::Series line{
            .name = fmt::format("class {}", series.size()), .points = {}, .weights = {}
        };
        for (const json::value& bin : of_class.as_array()) {
            line.points.emplace_back(
                bin.at("probability").to_number<double>(), bin.at("observed").to_number<double>()
            );
            line.weights.push_back(bin.at("flights").to_number<double>());
        }
        series.push_back(std::move(line));
    }
    return "<h2>Calibration</h2>\n" + evaluate::line_chart(axes, series);
}

std::string head_of(const json::object& total) {
    return evaluate::html_head("How good predictions were") +
           fmt::format(
               "<h1>How good predictions were</h1>\n<p>{} to {} (UTC): {} flights judged, {} "
               "cancelled, {} diverted, {} ambiguous. Log loss is better when lower. Figures of "
               "fewer than 20 flights are left out.</p>\n",
               escape_html(text_at(total, "from").substr(0, 16)),
               escape_html(text_at(total, "to").substr(0, 16)),
               json::serialize(total.at("judged")),
               json::serialize(total.at("cancelled")),
               json::serialize(total.at("diverted")),
               json::serialize(total.at("ambiguous"))
           );
}

Result<json::object> asked(
    const AskFigures& ask, const std::string& window, const std::string& split
) {
    FC_TRY(const std::string text, ask(window, split));
    return json::parse(text).as_object();
}

Result<std::string> page_of(const AskFigures& ask, const std::string& window) {
    FC_TRY(const json::object total, asked(ask, window, "model"));
    FC_TRY(const json::object days, asked(ask, "30d", "day"));
    std::string html = head_of(total) + table_of(total, "model");
    html += days_chart(days, "accuracy", "Accuracy") + days_chart(days, "log_loss", "Log loss");
    if (total.at("enough").as_bool()) html += reliability_chart_of(total.at("figures").as_object());
    for (const std::string split : {"class", "carrier", "route"}) {
        FC_TRY(const json::object report, asked(ask, window, split));
        html += table_of(report, split);
    }
    return html + std::string(evaluate::kHtmlEnd);
}

}  // namespace

Result<std::string> performance_html(const AskFigures& ask, const std::string& window) {
    try {
        return page_of(ask, window);
    } catch (const std::exception& error) {  // of Boost.JSON
        return base::fail(
            base::Errc::corrupt, std::string("the figures cannot be read: ") + error.what()
        );
    }
}

}  // namespace flightcast::app::performance
