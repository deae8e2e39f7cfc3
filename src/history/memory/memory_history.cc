// SPDX-License-Identifier: Apache-2.0
#include "history/memory/memory_history.h"

#include <algorithm>

namespace flightcast::history::memory {

using base::Result;
using performance::Sign;

namespace {

std::unexpected<base::Error> told_to_fail() {
    return base::fail(base::Errc::unavailable, "the store was told to fail");
}

template <typename Rows>
std::size_t remove_before(Rows& rows, base::WallTime oldest, std::size_t rows_max) {
    std::size_t removed = 0;
    for (auto at = rows.begin(); at != rows.end() && removed < rows_max;) {
        if (at->second.stored >= oldest) {
            ++at;
            continue;
        }
        at = rows.erase(at);
        ++removed;
    }
    return removed;
}

template <typename Rows>
Page page_of(const Rows& rows, std::size_t from, std::size_t records_max) {
    std::map<std::size_t, std::string> by_place;
    for (const auto& [key, row] : rows) {
        if (row.place >= from) by_place.emplace(row.place, row.row.json);
    }
    Page page;
    for (auto& [place, json] : by_place) {
        if (page.records.size() == records_max) {
            page.next = std::to_string(place);
            break;
        }
        page.records.push_back(json);
    }
    return page;
}

}  // namespace

void MemoryHistory::fail_puts(std::size_t count) {
    const std::lock_guard lock(mutex_);
    puts_to_fail_ = count;
}

bool MemoryHistory::must_fail(std::size_t stored) {
    if (puts_to_fail_ == 0 || stored < 1) return false;
    --puts_to_fail_;
    return true;
}

void MemoryHistory::put(const ArrivalRow& row) {
    const auto [place, is_new] = arrivals_.try_emplace(row.key);
    Arrival& known = place->second;
    if (!is_new && row.reported_at < known.row.reported_at) return;
    known.row = row;
    if (!is_new) return;
    known.stored = clock_.wall_now();
    known.place = ++places_;
}

void MemoryHistory::put(const EvaluationRow& row) {
    const judging::Evaluation& evaluation = row.evaluation;
    performance::Counted fresh = performance::counted_of(evaluation);
    const auto [place, is_new] = evaluations_.try_emplace({evaluation.id, evaluation.model});
    Evaluation& known = place->second;
    if (!is_new && fresh.revision <= known.counted.revision) return;
    if (!is_new) fresh.minute = known.counted.minute;
    performance::ModelSums& sums = sums_[{day_of_minute(fresh.minute), evaluation.model}];
    if (!is_new) sums.count(evaluation, known.counted, Sign::minus);
    sums.count(evaluation, fresh, Sign::plus);
    known.row = row;
    known.counted = fresh;
    if (!is_new) return;
    known.stored = clock_.wall_now();
    known.place = ++places_;
}

Result<void> MemoryHistory::put_arrivals(const std::vector<ArrivalRow>& rows) {
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (must_fail(i)) return told_to_fail();
        put(rows[i]);
    }
    return {};
}

Result<void> MemoryHistory::put_evaluations(const std::vector<EvaluationRow>& rows) {
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (must_fail(i)) return told_to_fail();
        put(rows[i]);
    }
    return {};
}

Result<std::vector<DaySums>> MemoryHistory::day_sums(std::int32_t first, std::int32_t last) {
    const std::lock_guard lock(mutex_);
    std::vector<DaySums> days;
    for (const auto& [key, sums] : sums_) {
        if (key.first < first || key.first > last) continue;
        days.push_back({.day = key.first, .model = key.second, .sums = sums});
    }
    return days;
}

Result<Page> MemoryHistory::page(List list, std::string_view from, std::size_t records_max) {
    const std::lock_guard lock(mutex_);
    const std::size_t place = from.empty() ? 0 : std::stoull(std::string(from));
    return list == List::arrivals ? page_of(arrivals_, place, records_max)
                                  : page_of(evaluations_, place, records_max);
}

Result<std::size_t> MemoryHistory::trim(const Oldest& oldest, std::size_t rows_max) {
    const std::lock_guard lock(mutex_);
    return remove_before(arrivals_, oldest.arrivals, rows_max) +
           remove_before(evaluations_, oldest.evaluations, rows_max);
}

}  // namespace flightcast::history::memory
