// SPDX-License-Identifier: Apache-2.0
#include "history/day_report.h"

#include <chrono>
#include <map>
#include <string>

#include "flight/calendar/timestamp.h"

namespace flightcast::history {

using performance::Split;

namespace {

base::WallTime begin_of(std::int32_t day) {
    return base::WallTime(std::chrono::days(day));
}

std::string date_of(std::int32_t day) {
    std::string text;
    flight::append_utc(text, begin_of(day));
    return text.substr(0, 10);
}

}  // namespace

bool is_by_days(Split split) {
    return split == Split::model || split == Split::klass || split == Split::day;
}

std::pair<std::int32_t, std::int32_t> days_of(performance::Window window, base::WallTime end) {
    const auto last = static_cast<std::int32_t>(
        std::chrono::floor<std::chrono::days>(end).time_since_epoch().count()
    );
    const auto days = static_cast<std::int32_t>(performance::minutes_of(window) / (24 * 60));
    return {last - days + 1, last};
}

performance::Report report_of(
    const std::vector<DaySums>& days, performance::Window window, Split split, base::WallTime end
) {
    const auto [first, last] = days_of(window, end);
    performance::Report report{
        .window = window, .split = split, .from = begin_of(first), .to = begin_of(last + 1)
    };
    std::map<std::string, performance::ModelSums> groups;
    for (const DaySums& day : days) {
        if (day.day < first || day.day > last) continue;
        report.total += day.sums;
        if (split == Split::model) groups[day.model] += day.sums;
        if (split == Split::day) groups[date_of(day.day)] += day.sums;
    }
    for (const auto& [name, sums] : groups) {
        report.groups.push_back({.name = name, .small = {}, .model = sums});
    }
    return report;
}

}  // namespace flightcast::history
