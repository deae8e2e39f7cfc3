// SPDX-License-Identifier: Apache-2.0
//
// The only file that knows prometheus-cpp. Its registry gives the same family and the same series
// for the same names, so nothing is kept here but the hooks.
#include "telemetry/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <mutex>
#include <utility>
#include <vector>

#include "base/check.h"

namespace flightcast::telemetry {
namespace {

prometheus::Labels labels_of(const MetricSpec& spec, std::string_view value) {
    FC_CHECK(spec.label.empty() == value.empty());
    FC_CHECK(spec.more_labels[0].empty());
    if (spec.label.empty()) return {};
    return {{std::string(spec.label), std::string(value)}};
}

prometheus::Labels labels_of(
    const MetricSpec& spec, std::initializer_list<std::string_view> values
) {
    const std::array names = {spec.label, spec.more_labels[0], spec.more_labels[1]};
    FC_CHECK(values.size() <= names.size());
    prometheus::Labels labels;
    const auto* name = names.begin();
    for (const std::string_view value : values) {
        FC_CHECK(!name->empty());
        labels.emplace(*name++, value);
    }
    FC_CHECK(name == names.end() || name->empty());
    return labels;
}

Reading reading_of(const std::string& name, const prometheus::ClientMetric& series) {
    Reading reading{.name = name, .labels = {}, .value = {}, .buckets = {}, .count = {}, .sum = {}};
    for (const auto& label : series.label) reading.labels.emplace_back(label.name, label.value);
    const prometheus::ClientMetric::Histogram& histogram = series.histogram;
    for (const auto& bucket : histogram.bucket) {
        reading.buckets.push_back({bucket.upper_bound, bucket.cumulative_count});
    }
    // Only one of the two is there; the other one is 0.
    reading.value = series.counter.value + series.gauge.value;
    reading.count = histogram.sample_count;
    reading.sum = histogram.sample_sum;
    return reading;
}

template <typename Builder>
auto& family(Builder builder, const MetricSpec& spec, prometheus::Registry& registry) {
    return builder.Name(std::string(spec.name)).Help(std::string(spec.help)).Register(registry);
}

}  // namespace

struct Metrics::Families {
    prometheus::Registry registry;
    std::mutex mutex;
    std::vector<std::function<void()>> hooks;  // guarded by mutex
};

void Counter::add(double amount) const {
    series_->Increment(amount);
}

void Counter::raise_to(double total) const {
    const double missing = total - series_->Value();
    if (missing > 0) series_->Increment(missing);
}

void Gauge::set(double value) const {
    series_->Set(value);
}

void Gauge::add(double amount) const {
    series_->Increment(amount);
}

void Histogram::observe(std::chrono::nanoseconds time) const {
    series_->Observe(std::chrono::duration<double>(time).count());
}

void Histogram::observe(double value) const {
    series_->Observe(value);
}

Metrics::Metrics() : families_(std::make_unique<Families>()) {}

Metrics::~Metrics() = default;

Counter Metrics::counter(const MetricSpec& spec, std::string_view label_value) {
    FC_CHECK(spec.kind == MetricKind::counter);
    auto& counters = family(prometheus::BuildCounter(), spec, families_->registry);
    return Counter(counters.Add(labels_of(spec, label_value)));
}

Gauge Metrics::gauge(const MetricSpec& spec, std::string_view label_value) {
    FC_CHECK(spec.kind == MetricKind::gauge);
    auto& gauges = family(prometheus::BuildGauge(), spec, families_->registry);
    return Gauge(gauges.Add(labels_of(spec, label_value)));
}

Histogram Metrics::histogram(const MetricSpec& spec, std::string_view label_value) {
    FC_CHECK(spec.kind == MetricKind::histogram);
    const prometheus::Histogram::BucketBoundaries bounds(spec.bounds.begin(), spec.bounds.end());
    auto& histograms = family(prometheus::BuildHistogram(), spec, families_->registry);
    return Histogram(histograms.Add(labels_of(spec, label_value), bounds));
}

void Metrics::before_text(std::function<void()> hook) {
    const std::lock_guard lock(families_->mutex);
    families_->hooks.push_back(std::move(hook));
}

Gauge Metrics::gauge(const MetricSpec& spec, std::initializer_list<std::string_view> label_values) {
    FC_CHECK(spec.kind == MetricKind::gauge);
    auto& gauges = family(prometheus::BuildGauge(), spec, families_->registry);
    return Gauge(gauges.Add(labels_of(spec, label_values)));
}

void Metrics::run_hooks() {
    std::vector<std::function<void()>> hooks;
    {
        const std::lock_guard lock(families_->mutex);
        hooks = families_->hooks;
    }
    for (const auto& hook : hooks) hook();
}

Readings Metrics::read() {
    run_hooks();
    Readings readings;
    for (const prometheus::MetricFamily& metric : families_->registry.Collect()) {
        std::vector<Reading> series;
        for (const auto& one : metric.metric) series.push_back(reading_of(metric.name, one));
        // The registry has no order of its own.
        std::ranges::sort(series, {}, &Reading::labels);
        for (Reading& one : series) readings.add(std::move(one));
    }
    return readings;
}

std::string Metrics::text() {
    run_hooks();
    return prometheus::TextSerializer().Serialize(families_->registry.Collect());
}

}  // namespace flightcast::telemetry
