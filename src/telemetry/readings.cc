// SPDX-License-Identifier: Apache-2.0
#include "telemetry/readings.h"

#include <algorithm>
#include <cmath>

namespace flightcast::telemetry {
namespace {

// The observations up to each bound between two readings of one histogram.
std::vector<Reading::Bucket> grown(const Reading* before, const Reading& now) {
    std::vector<Reading::Bucket> buckets = now.buckets;
    if (before == nullptr || before->buckets.size() != buckets.size()) return buckets;
    for (std::size_t i = 0; i < buckets.size(); ++i) {
        buckets[i].at_most -= std::min(before->buckets[i].at_most, buckets[i].at_most);
    }
    return buckets;
}

double quantile(const std::vector<Reading::Bucket>& buckets, double share) {
    const double rank = share * static_cast<double>(buckets.back().at_most);
    double low = 0;
    double below = 0;
    for (const Reading::Bucket& bucket : buckets) {
        const double at_most = static_cast<double>(bucket.at_most);
        if (at_most >= rank && at_most > below) {
            if (std::isinf(bucket.bound)) return low;
            return low + (bucket.bound - low) * (rank - below) / (at_most - below);
        }
        low = bucket.bound;
        below = at_most;
    }
    return low;
}

}  // namespace

std::string_view Reading::label(std::string_view wanted) const {
    for (const auto& [known, text] : labels) {
        if (known == wanted) return text;
    }
    return {};
}

void Readings::add(Reading reading) {
    by_name_[reading.name].push_back(std::move(reading));
}

std::span<const Reading> Readings::of(const MetricSpec& spec) const {
    const auto found = by_name_.find(spec.name);
    if (found == by_name_.end()) return {};
    return found->second;
}

double Readings::total(const MetricSpec& spec) const {
    double total = 0;
    for (const Reading& reading : of(spec)) total += reading.value;
    return total;
}

const Reading* Readings::find(const MetricSpec& spec, std::string_view label_value) const {
    for (const Reading& reading : of(spec)) {
        if (reading.label(spec.label) == label_value) return &reading;
    }
    return nullptr;
}

double Readings::value(const MetricSpec& spec, std::string_view label_value) const {
    const Reading* const reading = find(spec, label_value);
    return reading == nullptr ? 0 : reading->value;
}

std::optional<Spread> spread_between(const Reading* before, const Reading* now) {
    if (now == nullptr || now->buckets.empty()) return std::nullopt;
    const std::vector<Reading::Bucket> buckets = grown(before, *now);
    if (buckets.back().at_most == 0) return std::nullopt;
    return Spread{
        .count = buckets.back().at_most,
        .p50 = quantile(buckets, 0.50),
        .p90 = quantile(buckets, 0.90),
        .p99 = quantile(buckets, 0.99)
    };
}

}  // namespace flightcast::telemetry
