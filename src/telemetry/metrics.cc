// SPDX-License-Identifier: Apache-2.0
//
// The only file that knows prometheus-cpp: one family for each row of the table, made at the start, so
// that /metrics names every metric from the beginning.
#include "telemetry/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "base/check.h"

namespace flightcast::telemetry {

void Counter::add(double amount) const { series_->Increment(amount); }

void Counter::raise_to(double total) const {
    const double now = series_->Value();
    if (total > now) series_->Increment(total - now);
}

void Gauge::set(double value) const { series_->Set(value); }
void Gauge::add(double amount) const { series_->Increment(amount); }

void Histogram::observe(std::chrono::nanoseconds time) const {
    series_->Observe(std::chrono::duration<double>(time).count());
}
void Histogram::observe(double value) const { series_->Observe(value); }

struct Metrics::Families {
    prometheus::Registry registry;
    std::map<std::string_view, prometheus::Family<prometheus::Counter>*> counters;
    std::map<std::string_view, prometheus::Family<prometheus::Gauge>*> gauges;
    std::map<std::string_view, prometheus::Family<prometheus::Histogram>*> histograms;
    std::mutex mutex;
    std::vector<std::function<void()>> hooks;  // guarded by mutex

    void add(const MetricSpec& spec) {
        const std::string name(spec.name);
        const std::string help(spec.help);
        switch (spec.kind) {
            case MetricKind::counter:
                counters[spec.name] =
                    &prometheus::BuildCounter().Name(name).Help(help).Register(registry);
                return;
            case MetricKind::gauge:
                gauges[spec.name] = &prometheus::BuildGauge().Name(name).Help(help).Register(registry);
                return;
            case MetricKind::histogram:
                histograms[spec.name] =
                    &prometheus::BuildHistogram().Name(name).Help(help).Register(registry);
                return;
        }
    }
};

namespace {

std::map<std::string, std::string> labels_of(const MetricSpec& spec, std::string_view value) {
    FC_CHECK(spec.label.empty() == value.empty());
    if (spec.label.empty()) return {};
    return {{std::string(spec.label), std::string(value)}};
}

}  // namespace

Metrics::Metrics() : families_(std::make_unique<Families>()) {}

Metrics::~Metrics() = default;

Counter Metrics::counter(const MetricSpec& spec, std::string_view label_value) {
    return Counter(families_->counters.at(spec.name)->Add(labels_of(spec, label_value)));
}

Gauge Metrics::gauge(const MetricSpec& spec, std::string_view label_value) {
    return Gauge(families_->gauges.at(spec.name)->Add(labels_of(spec, label_value)));
}

Histogram Metrics::histogram(const MetricSpec& spec, std::string_view label_value) {
    const prometheus::Histogram::BucketBoundaries bounds(spec.bounds.begin(), spec.bounds.end());
    return Histogram(families_->histograms.at(spec.name)->Add(labels_of(spec, label_value), bounds));
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
