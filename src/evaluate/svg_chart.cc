// SPDX-License-Identifier: Apache-2.0
#include "evaluate/svg_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace flightcast::evaluate {
namespace {

constexpr double kWidth = 640;
constexpr double kHeight = 300;
constexpr double kLeft = 56;
constexpr double kRight = 12;
constexpr double kTop = 12;
constexpr double kBottom = 44;
constexpr double kRow = 26;              // height of a row of range_chart and bar_chart
constexpr double kCharacterWidth = 6.6;  // at most, of a label
constexpr double kNames = 190;           // width of their names
constexpr std::size_t kColours = 4;      // classes c0 .. c3
constexpr int kLines = 5;                // of the grid

std::string open_svg(const std::string& title, double height) {
    return fmt::format(
        "<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\"><title>{}</title>\n",
        kWidth,
        height,
        escape_html(title),
        escape_html(title)
    );
}

// Turns values into places on the page.
struct Scale {
    std::pair<double, double> values;
    std::pair<double, double> places;

    [[nodiscard]] double operator()(double value) const {
        const double span = values.second - values.first;
        const double share = span == 0 ? 0.5 : (value - values.first) / span;
        return places.first + share * (places.second - places.first);
    }
};

std::string grid(const Axes& axes, const Scale& x, const Scale& y) {
    std::string svg;
    for (int i = 0; i <= kLines; ++i) {
        const double value =
            axes.y_range.first + (axes.y_range.second - axes.y_range.first) * i / kLines;
        svg += fmt::format(
            "<line class=\"grid\" x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{:.1f}\" y2=\"{:.1f}\"/>"
            "<text class=\"end\" x=\"{:.1f}\" y=\"{:.1f}\">{:.2f}</text>\n",
            kLeft,
            kWidth - kRight,
            y(value),
            y(value),
            kLeft - 6,
            y(value) + 4,
            value
        );
    }
    for (const auto& [value, label] : axes.x_marks) {
        // A label at an edge is moved inwards rather than cut off.
        const double half_width = kCharacterWidth / 2 * static_cast<double>(label.size());
        svg += fmt::format(
            "<text class=\"mid\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n",
            std::clamp(x(value), half_width, std::max(half_width, kWidth - half_width)),
            kHeight - kBottom + 16,
            escape_html(label)
        );
    }
    return svg +
           fmt::format(
               "<text class=\"mid\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n"
               "<text class=\"mid\" transform=\"translate(12 {:.1f}) rotate(-90)\">{}</text>\n",
               (kLeft + kWidth - kRight) / 2,
               kHeight - 8,
               escape_html(axes.x),
               (kTop + kHeight - kBottom) / 2,
               escape_html(axes.y)
           );
}

std::string draw(const Series& series, std::size_t colour, const Scale& x, const Scale& y) {
    std::string path;
    std::string dots;
    double most = 0;
    for (const double weight : series.weights) most = std::max(most, weight);
    for (std::size_t i = 0; i < series.points.size(); ++i) {
        const auto& [px, py] = series.points[i];
        path += fmt::format("{}{:.1f} {:.1f}", i == 0 ? "M" : " L", x(px), y(py));
        const double size = most > 0 ? 2 + 5 * std::sqrt(series.weights[i] / most) : 2.5;
        dots += fmt::format(
            "<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{:.1f}\"><title>{}: {:.3f}</title></circle>",
            x(px),
            y(py),
            size,
            escape_html(series.name),
            py
        );
    }
    return fmt::format(
        "<g class=\"c{}\"><path class=\"line\" d=\"{}\"/>{}</g>\n", colour % kColours, path, dots
    );
}

}  // namespace

std::string escape_html(std::string_view text) {
    std::string escaped;
    for (const char c : text) {
        switch (c) {
            case '&':
                escaped += "&amp;";
                break;
            case '<':
                escaped += "&lt;";
                break;
            case '>':
                escaped += "&gt;";
                break;
            case '"':
                escaped += "&quot;";
                break;
            default:
                escaped += c;
        }
    }
    return escaped;
}

std::string line_chart(const Axes& axes, const std::vector<Series>& series) {
    const Scale x{axes.x_range, {kLeft, kWidth - kRight}};
    const Scale y{axes.y_range, {kHeight - kBottom, kTop}};
    std::string svg = open_svg(axes.title, kHeight) + grid(axes, x, y);
    if (axes.diagonal) {
        const double low = std::max(axes.x_range.first, axes.y_range.first);
        const double high = std::min(axes.x_range.second, axes.y_range.second);
        svg += fmt::format(
            "<line class=\"ideal\" x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\"/>\n",
            x(low),
            y(low),
            x(high),
            y(high)
        );
    }
    for (std::size_t i = 0; i < series.size(); ++i) svg += draw(series[i], i, x, y);
    svg += "</svg>\n<p class=\"legend\">";
    for (std::size_t i = 0; i < series.size(); ++i) {
        svg += fmt::format(
            "<span class=\"c{}\">{}</span> ", i % kColours, escape_html(series[i].name)
        );
    }
    return svg + "</p>\n";
}

std::string range_chart(const std::string& title, const std::vector<RangedValue>& values) {
    double low = values.empty() ? 0 : values[0].range.low;
    double high = values.empty() ? 1 : values[0].range.high;
    for (const RangedValue& one : values) {
        low = std::min(low, one.range.low);
        high = std::max(high, one.range.high);
    }
    const Scale x{{low, high}, {kNames, kWidth - 70}};
    std::string svg = open_svg(title, kRow * static_cast<double>(values.size()) + 8);
    for (std::size_t i = 0; i < values.size(); ++i) {
        const RangedValue& one = values[i];
        const double y = kRow * (static_cast<double>(i) + 0.5) + 4;
        svg += fmt::format(
            "<text class=\"end\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>"
            "<g class=\"c{}\"><line class=\"range\" x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{:.1f}\" "
            "y2=\"{:.1f}\"/><circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"5\"/></g>"
            "<text x=\"{:.1f}\" y=\"{:.1f}\">{:.4f}</text>\n",
            kNames - 14,
            y + 4,
            escape_html(one.name),
            i % kColours,
            x(one.range.low),
            x(one.range.high),
            y,
            y,
            x(one.value),
            y,
            kWidth - 58,
            y + 4,
            one.value
        );
    }
    return svg + "</svg>\n";
}

std::string bar_chart(
    const std::string& title, const std::vector<std::pair<std::string, double>>& values
) {
    double most = 1e-9;
    for (const auto& [name, value] : values) most = std::max(most, value);
    const Scale x{{0, most}, {kNames, kWidth - 70}};
    std::string svg = open_svg(title, kRow * static_cast<double>(values.size()) + 8);
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto& [name, value] = values[i];
        const double y = kRow * static_cast<double>(i) + 8;
        svg += fmt::format(
            "<text class=\"end\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>"
            "<rect class=\"c0\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"/>"
            "<text x=\"{:.1f}\" y=\"{:.1f}\">{:.3f}</text>\n",
            kNames - 14,
            y + kRow / 2,
            escape_html(name),
            kNames,
            y,
            std::max(x(std::max(value, 0.0)) - kNames, 1.0),
            kRow - 8,
            kWidth - 58,
            y + kRow / 2,
            value
        );
    }
    return svg + "</svg>\n";
}

}  // namespace flightcast::evaluate
