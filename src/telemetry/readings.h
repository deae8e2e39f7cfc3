// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "telemetry/metric_table.h"

namespace flightcast::telemetry {

// One series as it was at a moment.
struct Reading {
    struct Bucket {
        double bound = 0;           // inclusive; infinite for the last
        std::uint64_t at_most = 0;  // observations up to it, cumulative
    };

    std::string name;
    std::vector<std::pair<std::string, std::string>> labels;  // name and value, by name
    double value = 0;                                         // of a counter or gauge
    std::vector<Bucket> buckets;                              // of a histogram, like the two below
    std::uint64_t count = 0;
    double sum = 0;

    // Empty without such a label.
    [[nodiscard]] std::string_view label(std::string_view name) const;
};

// All series as they were at a moment. A series that was never used reads as 0.
class Readings {
  public:
    void add(Reading reading);

    // Of a counter or gauge; over all labels, or of the series whose one label is `label_value`.
    [[nodiscard]] double total(const MetricSpec& spec) const;
    [[nodiscard]] double value(const MetricSpec& spec, std::string_view label_value = {}) const;

    // Null when there is no such series. Lives as long as the readings are not changed.
    [[nodiscard]] const Reading* find(
        const MetricSpec& spec, std::string_view label_value = {}
    ) const;

    // All series of a metric.
    [[nodiscard]] std::span<const Reading> of(const MetricSpec& spec) const;

  private:
    std::map<std::string, std::vector<Reading>, std::less<>> by_name_;
};

// Times or sizes that a histogram counted between two readings.
struct Spread {
    std::uint64_t count = 0;
    double p50 = 0;
    double p90 = 0;
    double p99 = 0;
};

// Nothing when nothing was observed. Within a bucket observations are taken to be spread evenly, as
// Prometheus does; what is beyond the last bound counts as that. `before` may be null: from the
// start on.
[[nodiscard]] std::optional<Spread> spread_between(const Reading* before, const Reading* now);

}  // namespace flightcast::telemetry
