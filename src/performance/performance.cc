// SPDX-License-Identifier: Apache-2.0
#include "performance/performance.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "base/check.h"
#include "flight/calendar/timestamp.h"

namespace flightcast::performance {

using figures::SmallTally;
using judging::Evaluation;
using judging::Verdict;
using std::chrono::minutes;

namespace {

constexpr std::int64_t kFive = 5;
constexpr std::int64_t kHour = 60;
constexpr std::int64_t kDay = 1'440;
constexpr std::int64_t kFineMinutes = 25 * kHour;  // kept in fine buckets
constexpr std::int64_t kDayMinutes =
    static_cast<std::int64_t>(base::limits::kPerformanceDaysMax) * kDay;
constexpr std::array<std::int64_t, kWindowNames.size()> kWindowMinutes = {
    kHour, kDay, 7 * kDay, 30 * kDay, 90 * kDay, 365 * kDay
};
constexpr const char* kOther = "other";
constexpr auto kSoon = std::chrono::hours(24);  // from a report to its evaluation, at the latest

// The splits by groups of flights, in the order of Groups::by.
constexpr std::array kGroupSplits = {Split::carrier, Split::origin, Split::dest, Split::route};

std::int64_t floor_to(std::int64_t minute, std::int64_t width) {
    return minute - ((minute % width) + width) % width;
}

std::int64_t minute_of(base::WallTime time) {
    return std::chrono::floor<minutes>(time).time_since_epoch().count();
}

base::WallTime time_of(std::int64_t minute) {
    return base::WallTime(minutes(minute));
}

template <typename Sums>
void drop_before(std::map<std::int64_t, Sums>& buckets, std::int64_t minute) {
    buckets.erase(buckets.begin(), buckets.lower_bound(minute));
}

std::string day_name(std::int64_t minute) {
    std::string text;
    flight::append_utc(text, time_of(minute));
    return text.substr(0, 10);
}

}  // namespace

std::int64_t minutes_of(Window window) {
    return kWindowMinutes[static_cast<std::size_t>(window)];
}

Performance::Performance() {
    names_.emplace_back(kOther);
}

Performance::Name Performance::name_of(
    std::string_view text, std::size_t& count, std::size_t most
) {
    const auto found = numbers_.find(text);
    if (found != numbers_.end()) return found->second;
    if (count >= most) return 0;
    ++count;
    const auto name = static_cast<Name>(names_.size());
    names_.emplace_back(text);
    numbers_.emplace(text, name);
    return name;
}

void Performance::note_time(std::int64_t minute) {
    if (minute <= newest_minute_) return;
    newest_minute_ = minute;
    drop_before(model_fives_, floor_to(minute, kFive) - kFineMinutes);
    drop_before(group_hours_, floor_to(minute, kHour) - kFineMinutes);
    drop_before(model_days_, floor_to(minute, kDay) - kDayMinutes);
    drop_before(group_days_, floor_to(minute, kDay) - kDayMinutes);
}

void Performance::add(const Evaluation& evaluation) {
    const auto key = CountedSet::key_of(evaluation.id, std::hash<std::string>{}(evaluation.model));
    Counted fresh = counted_of(evaluation);
    Counted* const known = counted_.find(key);
    if (known != nullptr) {
        if (fresh.revision <= known->revision) return;
        apply(evaluation, *known, Sign::minus);
        fresh.minute = known->minute;
        *known = fresh;
    } else {
        counted_.put(key, fresh);
    }
    note_time(fresh.minute);
    apply(evaluation, fresh, Sign::plus);
}

void Performance::add(const Evaluation& evaluation, base::WallTime appended) {
    add(evaluation);
    if (!has_report(evaluation)) return;
    has_event_times_ = std::chrono::abs(appended - evaluation.reported_at) > kSoon;
}

// Counts the prediction of `evaluation` with the verdict and class of `counted`, or takes it away.
void Performance::apply(const Evaluation& evaluation, const Counted& counted, Sign sign) {
    const std::int64_t minute = counted.minute;
    const std::int64_t day = floor_to(minute, kDay);
    if (day < floor_to(newest_minute_, kDay) - kDayMinutes) return;
    const bool is_fine = floor_to(minute, kFive) >= floor_to(newest_minute_, kFive) - kFineMinutes;
    const bool is_judged = static_cast<Verdict>(counted.verdict) == Verdict::judged;
    const Name model = name_of(evaluation.model, models_, base::limits::kPerformanceModelsMax);
    model_days_[day][model].count(evaluation, counted, sign);
    if (is_fine) {
        model_fives_[floor_to(minute, kFive)][model].count(evaluation, counted, sign);
    }
    if (!is_judged) return;
    const GroupNames names = group_names(evaluation);
    SmallTally prediction;
    prediction.add(
        {.predicted = evaluation.predicted,
         .observed = counted.observed,
         .probabilities = evaluation.probabilities}
    );
    apply_to_groups(group_days_[day], names, prediction, sign);
    const std::int64_t hour = floor_to(minute, kHour);
    if (hour < floor_to(newest_minute_, kHour) - kFineMinutes) return;
    apply_to_groups(group_hours_[hour], names, prediction, sign);
}

Performance::GroupNames Performance::group_names(const Evaluation& evaluation) {
    const auto text_of = [](const std::optional<std::string>& text) {
        return text ? std::string_view(*text) : std::string_view();
    };
    const std::array texts = {
        text_of(evaluation.carrier), text_of(evaluation.origin), text_of(evaluation.dest)
    };
    route_.clear();
    if (evaluation.origin && evaluation.dest) {
        route_.append(*evaluation.origin).append("-").append(*evaluation.dest);
    }
    GroupNames names;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const std::string_view text = i < texts.size() ? texts[i] : std::string_view(route_);
        if (!text.empty()) names[i] = name_of(text, groups_, base::limits::kPerformanceGroupsMax);
    }
    return names;
}

void Performance::apply_to_groups(
    Groups& groups, const GroupNames& names, const SmallTally& one, Sign sign
) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (!names[i]) continue;
        SmallTally& tally = groups.by[i][*names[i]];
        sign == Sign::plus ? tally += one : tally -= one;
    }
}

Report Performance::by_model(Window window, Split split, base::WallTime end) const {
    const std::int64_t length = kWindowMinutes[static_cast<std::size_t>(window)];
    const bool is_fine = length <= kDay && split != Split::day;
    const std::int64_t width = is_fine ? kFive : kDay;
    const auto& buckets = is_fine ? model_fives_ : model_days_;
    const std::int64_t last = floor_to(minute_of(end), width);
    const std::int64_t first = last - length + width;
    Report report{
        .window = window, .split = split, .from = time_of(first), .to = time_of(last + width)
    };
    std::map<std::string, ModelSums> groups;
    for (auto at = buckets.lower_bound(first); at != buckets.end() && at->first <= last; ++at) {
        for (const auto& [model, sums] : at->second) {
            report.total += sums;
            if (split == Split::model) groups[names_[model]] += sums;
            if (split == Split::day) groups[day_name(at->first)] += sums;
        }
    }
    for (const auto& [name, sums] : groups) {
        report.groups.push_back({.name = name, .small = {}, .model = sums});
    }
    return report;
}

Report Performance::by_group(Window window, Split split, base::WallTime end) const {
    Report report = by_model(window, split, end);
    const std::int64_t length = kWindowMinutes[static_cast<std::size_t>(window)];
    const bool is_fine = length <= kDay;
    const std::int64_t width = is_fine ? kHour : kDay;
    const auto& buckets = is_fine ? group_hours_ : group_days_;
    const std::int64_t last = floor_to(minute_of(end), width);
    // An hour that has just begun says little: it comes with the one before.
    const std::int64_t first = length == width ? last - length : last - length + width;
    report.from = time_of(first);
    report.to = time_of(last + width);
    const auto index =
        static_cast<std::size_t>(std::ranges::find(kGroupSplits, split) - kGroupSplits.begin());
    std::map<Name, SmallTally> sums;
    for (auto at = buckets.lower_bound(first); at != buckets.end() && at->first <= last; ++at) {
        for (const auto& [name, tally] : at->second.by[index]) sums[name] += tally;
    }
    for (const auto& [name, tally] : sums) {
        if (tally.rows == 0) continue;
        report.groups.push_back({.name = names_[name], .small = tally, .model = {}});
    }
    std::ranges::stable_sort(report.groups, [](const GroupFigures& a, const GroupFigures& b) {
        return a.small.rows != b.small.rows ? a.small.rows > b.small.rows : a.name < b.name;
    });
    return report;
}

Report Performance::ask(Window window, Split split, base::WallTime end) const {
    FC_CHECK(!is_beyond_log(window));
    const bool is_of_groups = std::ranges::find(kGroupSplits, split) != kGroupSplits.end();
    return is_of_groups ? by_group(window, split, end) : by_model(window, split, end);
}

}  // namespace flightcast::performance
