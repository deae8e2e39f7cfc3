// SPDX-License-Identifier: Apache-2.0
#include "app/performance/performance_text.h"

#include <fmt/format.h>

#include <boost/json.hpp>

namespace flightcast::app::performance {

namespace json = boost::json;

namespace {

std::string minute_text(const json::object& report, std::string_view name) {
    return std::string(std::string_view(report.at(name).as_string()).substr(0, 16)) + "Z";
}

std::string figure_text(const json::object& figures, std::string_view name) {
    const json::value& figure = figures.at(name);
    return figure.is_null() ? "-" : fmt::format("{:.4f}", figure.to_number<double>());
}

// The two figures of a group, or that its flights are not enough for any.
std::string row_text(
    std::string_view name,
    const json::value& flights,
    const json::object& of,
    std::string_view first,
    std::string_view second
) {
    const std::string count = json::serialize(flights);
    if (!of.at("enough").as_bool()) return fmt::format("{:<34} {:>9}  not enough\n", name, count);
    const json::object& figures = of.at("figures").as_object();
    return fmt::format(
        "{:<34} {:>9} {:>9} {:>9}\n",
        name,
        count,
        figure_text(figures, first),
        figure_text(figures, second)
    );
}

std::string text_of(const json::object& report) {
    const auto count = [&report](std::string_view name) {
        return json::serialize(report.at(name));
    };
    std::string text = fmt::format(
        "{} to {}: {} judged, {} cancelled, {} diverted, {} ambiguous\n\n",
        minute_text(report, "from"),
        minute_text(report, "to"),
        count("judged"),
        count("cancelled"),
        count("diverted"),
        count("ambiguous")
    );
    const bool is_by_class = report.at("by").as_string() == "class";
    const std::string first = is_by_class ? "recall" : "accuracy";
    const std::string second = is_by_class ? "precision" : "log_loss";
    text += fmt::format(
        "{:<34} {:>9} {:>9} {:>9}\n",
        std::string_view(report.at("by").as_string()),
        "flights",
        first,
        is_by_class ? second : "log loss"
    );
    for (const json::value& group : report.at("groups").as_array()) {
        const json::object& of = group.as_object();
        text += row_text(of.at("name").as_string(), of.at("flights"), of, first, second);
    }
    if (is_by_class) return text;
    return text + row_text("all", report.at("judged"), report, first, second);
}

}  // namespace

base::Result<std::string> performance_text(std::string_view text) {
    try {
        return text_of(json::parse(text).as_object());
    } catch (const std::exception& error) {  // of Boost.JSON
        return base::fail(
            base::Errc::corrupt, std::string("the figures cannot be read: ") + error.what()
        );
    }
}

}  // namespace flightcast::app::performance
