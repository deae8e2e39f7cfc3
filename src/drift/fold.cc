// SPDX-License-Identifier: Apache-2.0
#include "drift/fold.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/limits.h"
#include "drift/bins.h"
#include "features/flight_facts.h"

namespace flightcast::drift {

using namespace std::chrono_literals;

namespace {

constexpr auto kWindow = 24h;
constexpr auto kWeek = 168h;

Share share_of(double sum, double variance, std::uint64_t flights) {
    const auto n = static_cast<double>(flights);
    if (flights == 0) return {};
    return {.flights = flights, .share = sum / n, .error = std::sqrt(variance) / n};
}

}  // namespace

Fold::Fold(std::shared_ptr<const Reference> reference) : reference_(std::move(reference)) {}

Fold::Counts Fold::no_counts() const {
    Counts counts;
    for (const forest::Distribution& feature : reference_->distributions.features) {
        counts.features.emplace_back(bin_count(feature), 0);
    }
    return counts;
}

void Fold::add(const flight::Prediction& prediction, base::WallTime asked) {
    const Hour hour = std::chrono::floor<std::chrono::hours>(asked);
    if (newest_ && hour <= *newest_ - kWindow - kWeek) return;
    const auto [place, is_new] = hours_.try_emplace(hour);
    Counts& counts = place->second;
    if (is_new) counts = no_counts();
    newest_ = std::max(newest_.value_or(hour), hour);
    ++counts.flights;
    const features::FlightFacts facts = features::facts_of(prediction.request);
    const auto& features = reference_->distributions.features;
    for (std::size_t i = 0; i < features.size(); ++i) {
        const float value = reference_->encoder.value(reference_->places[i], facts);
        ++counts.features[i][bin_of(features[i], value)];
    }
    if (prediction.model.value_or("") == reference_->model) {
        const auto answered = static_cast<std::size_t>(prediction.predicted);
        ++counts.answers.at(answered);
        const double p = prediction.probabilities ? prediction.probabilities->at(answered) : 0;
        counts.expected += p;
        counts.variance += p * (1 - p);
    }
    if (is_new) forget();
}

void Fold::add(const judging::Evaluation& evaluation) {
    if (evaluation.model != reference_->model || !evaluation.probabilities) return;
    const Hour hour = std::chrono::floor<std::chrono::hours>(evaluation.requested_at);
    if (newest_ && hour <= *newest_ - kWindow) return;
    if (judged_.size() >= base::limits::kCountedEvaluationsMax) return;
    Judged& judged = judged_[evaluation.id];
    if (evaluation.revision <= judged.revision) return;
    judged = {
        .hour = hour,
        .revision = evaluation.revision,
        .counts = evaluation.verdict == judging::Verdict::judged,
        .is_right = evaluation.predicted == evaluation.observed,
        .expected = static_cast<float>(evaluation.probabilities->at(evaluation.predicted))
    };
}

void Fold::forget() {
    while (hours_.begin()->first <= *newest_ - kWindow - kWeek) hours_.erase(hours_.begin());
    std::erase_if(judged_, [this](const auto& known) {
        return known.second.hour <= *newest_ - kWindow;
    });
}

Fold::Counts Fold::sum(Hour from, Hour to) const {
    Counts sum = no_counts();
    for (auto it = hours_.lower_bound(from); it != hours_.end() && it->first < to; ++it) {
        const Counts& hour = it->second;
        sum.flights += hour.flights;
        sum.expected += hour.expected;
        sum.variance += hour.variance;
        for (std::size_t c = 0; c < sum.answers.size(); ++c) sum.answers[c] += hour.answers[c];
        for (std::size_t i = 0; i < sum.features.size(); ++i) {
            for (std::size_t bin = 0; bin < sum.features[i].size(); ++bin) {
                sum.features[i][bin] += hour.features[i][bin];
            }
        }
    }
    return sum;
}

void Fold::compare_all(const Counts& now, const Counts& week, Report& report) const {
    const forest::Distributions& training = reference_->distributions;
    for (std::size_t i = 0; i < training.features.size(); ++i) {
        report.features.push_back(
            {.name = training.features[i].feature,
             .training = compare(now.features[i], training.features[i].counts),
             .last_week = compare(now.features[i], week.features[i])}
        );
    }
    report.answers.training = compare(now.answers, training.answers);
    report.answers.last_week = compare(now.answers, week.answers);
}

void Fold::tell_judged(Report& report) const {
    std::uint64_t flights = 0;
    double right = 0;
    double expected = 0;
    double variance = 0;
    for (const auto& [id, judged] : judged_) {
        if (!judged.counts || judged.hour < report.from) continue;
        const auto p = static_cast<double>(judged.expected);
        ++flights;
        right += judged.is_right ? 1 : 0;
        expected += p;
        variance += p * (1 - p);
    }
    report.expected_of_judged = share_of(expected, variance, flights);
    const auto n = static_cast<double>(flights);
    report.judged = share_of(right, flights == 0 ? 0 : right * (n - right) / n, flights);
}

std::optional<Report> Fold::report() const {
    if (!newest_) return std::nullopt;
    const Hour to = *newest_ + 1h;
    const Hour from = to - kWindow;
    Report report{.model = reference_->model, .from = from, .to = to};
    const Counts now = sum(from, to);
    report.flights = now.flights;
    compare_all(now, sum(from - kWeek, to - kWeek), report);
    std::uint64_t answered = 0;
    for (const std::uint64_t flights : now.answers) answered += flights;
    report.expected = share_of(now.expected, now.variance, answered);
    tell_judged(report);
    return report;
}

}  // namespace flightcast::drift
