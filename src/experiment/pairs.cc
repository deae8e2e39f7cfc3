// SPDX-License-Identifier: Apache-2.0
#include "experiment/pairs.h"

#include <algorithm>

#include "base/limits.h"
#include "figures/tally.h"

namespace flightcast::experiment {
namespace {

// An entry with its answers, its place in the table and in the order.
constexpr std::size_t kEntryBytes = 640;
constexpr std::size_t kMinutesMax = base::limits::kSequenceBlocksMax * 60;
constexpr std::size_t kEntriesMax = base::limits::kEvaluatorBytesMax / kEntryBytes;

}  // namespace

Pairs::Entry& Pairs::entry_of(const base::Uuid& id) {
    const auto [entry, is_new] = entries_.try_emplace(id);
    if (!is_new) return entry->second;
    order_.push_back(id);
    forget();
    return entries_.find(id)->second;
}

void Pairs::forget() {
    while (order_.size() > kEntriesMax) {
        const auto oldest = entries_.find(order_.front());
        if (!oldest->second.is_judged) ++forgotten_;
        entries_.erase(oldest);
        order_.pop_front();
    }
}

// Adds an entry to the sums of its pairs, or takes it away again.
void Pairs::count(const Entry& entry, int sign) {
    if (!entry.has_answers || !entry.is_judged) return;
    const double own = figures::log_loss_of(entry.probabilities, entry.observed);
    for (const ShadowAnswer& answer : entry.answers) {
        if (answer.model == entry.model) continue;
        const double other = figures::log_loss_of(answer.probabilities, entry.observed);
        const bool is_first = entry.model < answer.model;
        auto& hours =
            pairs_[is_first ? Key{entry.model, answer.model} : Key{answer.model, entry.model}];
        Sums& sums = hours[{entry.hour, entry.answered}];
        sums.flights += sign;
        sums.by_first += is_first ? sign : 0;
        sums.first += sign * (is_first ? own : other);
        sums.second += sign * (is_first ? other : own);
        while (hours.size() > kMinutesMax) hours.erase(hours.begin());
    }
}

void Pairs::take(const ShadowRecord& record, eventlog::RecordTime appended) {
    Entry& entry = entry_of(record.id);
    if (entry.has_answers) return;  // A crash repeats records; the first one counts.
    entry.answers = record.answers;
    entry.has_answers = true;
    entry.answered = std::chrono::floor<std::chrono::minutes>(appended);
    count(entry, 1);
}

void Pairs::take(const judging::Evaluation& evaluation) {
    Entry& entry = entry_of(evaluation.id);
    if (evaluation.revision <= entry.revision) return;
    count(entry, -1);
    entry.revision = evaluation.revision;
    entry.is_judged =
        evaluation.verdict == judging::Verdict::judged && evaluation.probabilities.has_value();
    if (!entry.is_judged) return;
    const Hour hour = std::chrono::floor<std::chrono::hours>(evaluation.reported_at);
    // A correction stays in the hour of the first truth, whose blocks have been looked at already.
    if (entry.hour == Hour{}) entry.hour = hour;
    newest_ = std::max(newest_, hour);
    entry.model = evaluation.model;
    entry.probabilities = *evaluation.probabilities;
    entry.observed = evaluation.observed;
    count(entry, 1);
}

std::vector<HourSums> Pairs::hours(
    const std::string& challenger, const std::string& champion, eventlog::RecordTime since
) const {
    const bool is_first = challenger < champion;
    const auto found =
        pairs_.find(is_first ? Key{challenger, champion} : Key{champion, challenger});
    std::vector<HourSums> hours;
    if (found == pairs_.end()) return hours;
    const Minute from = std::chrono::floor<std::chrono::minutes>(since);
    for (const auto& [key, sums] : found->second) {
        const auto& [hour, answered] = key;
        if (hour >= newest_ || answered < from || sums.flights == 0) continue;
        if (hours.empty() || hours.back().hour != hour) hours.push_back({.hour = hour});
        const double own = is_first ? sums.first : sums.second;
        const double other = is_first ? sums.second : sums.first;
        hours.back().flights += sums.flights;
        hours.back().difference += own - other;
        hours.back().champion += other;
        hours.back().by_challenger += is_first ? sums.by_first : sums.flights - sums.by_first;
    }
    return hours;
}

}  // namespace flightcast::experiment
