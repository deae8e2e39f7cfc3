// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include "telemetry/metric_table.h"
#include "telemetry/readings.h"

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
}  // namespace prometheus

namespace flightcast::telemetry {

// Handles to one time series each: made once by Metrics, then a few nanoseconds per call. Cheap to
// copy; the Metrics outlives them.
//
// Thread-safety: any thread may call any member.
class Counter {
  public:
    void add(double amount = 1) const;

    // For totals that are counted elsewhere: raises the counter to `total` if it is below.
    // REQUIRES: one thread at a time.
    void raise_to(double total) const;

  private:
    friend class Metrics;
    explicit Counter(prometheus::Counter& series) : series_(&series) {}
    prometheus::Counter* series_;
};

class Gauge {
  public:
    void set(double value) const;
    void add(double amount) const;

  private:
    friend class Metrics;
    explicit Gauge(prometheus::Gauge& series) : series_(&series) {}
    prometheus::Gauge* series_;
};

class Histogram {
  public:
    void observe(std::chrono::nanoseconds time) const;
    void observe(double value) const;

  private:
    friend class Metrics;
    explicit Histogram(prometheus::Histogram& series) : series_(&series) {}
    prometheus::Histogram* series_;
};

// The program's metrics: those of metric_table.h and no others.
//
//     const Counter accepted = metrics.counter(kRequests, "accepted");
//     accepted.add();
//
// Thread-safety: any thread may call any member; text() and read() run the hooks on the calling
// thread.
class Metrics {
  public:
    Metrics();
    ~Metrics();
    Metrics(const Metrics&) = delete;
    Metrics& operator=(const Metrics&) = delete;

    // The series of `spec` whose label has `label_value`; the same one for the same arguments.
    // REQUIRES: the kind of `spec` fits; `label_value` is empty if and only if `spec.label` is, and
    // is one of a small fixed set, never text from outside.
    [[nodiscard]] Counter counter(const MetricSpec& spec, std::string_view label_value = {});
    [[nodiscard]] Gauge gauge(const MetricSpec& spec, std::string_view label_value = {});
    [[nodiscard]] Histogram histogram(const MetricSpec& spec, std::string_view label_value = {});

    // The series of a metric with more than one label, by its values in the order of the spec.
    [[nodiscard]] Gauge gauge(
        const MetricSpec& spec, std::initializer_list<std::string_view> label_values
    );

    // `hook` runs at the beginning of every text(), to set gauges from numbers kept elsewhere.
    // REQUIRES: it adds no hook.
    void before_text(std::function<void()> hook);

    // All values as they are now. Runs the hooks as text() does.
    [[nodiscard]] Readings read();

    // Everything in Prometheus' text format 0.0.4; serve it as kContentType.
    [[nodiscard]] std::string text();
    static constexpr std::string_view kContentType = "text/plain; version=0.0.4; charset=utf-8";

  private:
    struct Families;
    void run_hooks();

    const std::unique_ptr<Families> families_;
};

}  // namespace flightcast::telemetry
