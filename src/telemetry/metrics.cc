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

#include <mutex>
#include <utility>
#include <vector>

#include "base/check.h"

namespace flightcast::telemetry {
namespace {

prometheus::Labels labels_of(const MetricSpec& spec, std::string_view value) {
    FC_CHECK(spec.label.empty() == value.empty());
    if (spec.label.empty()) return {};
    return {{std::string(spec.label), std::string(value)}};
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

std::string Metrics::text() {
    std::vector<std::function<void()>> hooks;
    {
        const std::lock_guard lock(families_->mutex);
        hooks = families_->hooks;
    }
    for (const auto& hook : hooks) hook();
    return prometheus::TextSerializer().Serialize(families_->registry.Collect());
}

}  // namespace flightcast::telemetry
