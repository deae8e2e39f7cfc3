// SPDX-License-Identifier: Apache-2.0
#include "dataset/day_split.h"

#include <algorithm>
#include <string>

namespace flightcast::dataset {
namespace {

// The first day of the last fifth of the distinct days, up to `until`.
Day start_of_last_fifth(const FlightTable& table, Day until) {
    std::vector<Day> days = table.day;
    std::ranges::sort(days);
    const auto repeated = std::ranges::unique(days);
    days.erase(repeated.begin(), repeated.end());
    days.erase(std::ranges::upper_bound(days, until), days.end());
    if (days.empty()) return until;
    return days[days.size() - (days.size() + 4) / 5];
}

base::Result<void> check_sides(const DaySplit& split) {
    if (split.train.empty()) {
        return base::fail(
            base::Errc::invalid_argument,
            "no flight is left to learn from up to " + to_string(split.train_last)
        );
    }
    if (split.validate.empty()) {
        return base::fail(
            base::Errc::invalid_argument,
            "no flight is left to judge on from " + to_string(split.validate_first) + " to " +
                to_string(split.validate_last) +
                "; to learn from every day, judge on the last ones first (--validate-from) and "
                "give "
                "--refit"
        );
    }
    return {};
}

}  // namespace

base::Result<DaySplit> split_by_day(const FlightTable& table, const DaySplitOptions& options) {
    if (table.size() == 0) return base::fail(base::Errc::invalid_argument, "there are no flights");
    using std::chrono::days;
    const auto [first, last] = std::ranges::minmax(table.day);
    if (first == last) {
        return base::fail(
            base::Errc::invalid_argument,
            "every flight is of one day, " + to_string(first) +
                "; a model is judged on later days than it learns from, so give flights of at "
                "least two days"
        );
    }
    DaySplit split;
    split.train_first = first;
    split.validate_last = options.validate_until.value_or(last);
    if (options.validate_from) {
        split.validate_first = *options.validate_from;
    } else if (options.train_until) {
        split.validate_first = *options.train_until + days(1);
    } else {
        split.validate_first = start_of_last_fifth(table, split.validate_last);
    }
    split.train_last = options.train_until.value_or(split.validate_first - days(1));
    if (split.train_last >= split.validate_first) {
        return base::fail(
            base::Errc::invalid_argument,
            "the days to learn from end on " + to_string(split.train_last) +
                ", but those to judge on start on " + to_string(split.validate_first) +
                "; they must come later"
        );
    }
    for (std::uint32_t row = 0; row < table.size(); ++row) {
        const Day day = table.day[row];
        if (day <= split.train_last) split.train.push_back(row);
        if (day >= split.validate_first && day <= split.validate_last)
            split.validate.push_back(row);
    }
    FC_TRY_VOID(check_sides(split));
    return split;
}

}  // namespace flightcast::dataset
