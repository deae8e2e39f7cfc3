// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "evaluate/day_bootstrap.h"

namespace flightcast::evaluate {

// `text` with the characters of HTML's markup written out.
[[nodiscard]] std::string escape_html(std::string_view text);

// A named sequence of points in a chart.
struct Series {
    std::string name;
    std::vector<std::pair<double, double>> points;
    std::vector<double> weights;  // of each point: its size; all alike when empty
};

struct Axes {
    std::string title;  // read out by screen readers
    std::string x;
    std::string y;
    std::pair<double, double> x_range;
    std::pair<double, double> y_range;
    std::vector<std::pair<double, std::string>> x_marks;  // position and label
    bool diagonal = false;                                // where both axes are equal
};

// Each of these is one <svg> element without a script; colours are those of the classes c0 .. c3
// and the variables of the page around it.
[[nodiscard]] std::string line_chart(const Axes& axes, const std::vector<Series>& series);

struct RangedValue {
    std::string name;
    double value = 0;
    Interval range;  // the same value twice without a range
};

// Values on one scale with their ranges, one below the other.
[[nodiscard]] std::string range_chart(
    const std::string& title, const std::vector<RangedValue>& values
);

// Values as bars from 0, one below the other.
[[nodiscard]] std::string bar_chart(
    const std::string& title, const std::vector<std::pair<std::string, double>>& values
);

}  // namespace flightcast::evaluate
