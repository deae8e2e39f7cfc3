// SPDX-License-Identifier: Apache-2.0
#include "load/report.h"

#include <fmt/format.h>

#include <array>
#include <boost/json.hpp>

namespace flightcast::load {

namespace json = boost::json;

namespace {

struct Percentile {
    const char* name;
    double percent;
};
constexpr std::array kPercentiles = {
    Percentile{"p50", 50},  Percentile{"p90", 90},    Percentile{"p95", 95},
    Percentile{"p99", 99},  Percentile{"p99.9", 99.9}, Percentile{"max", 100},
};

std::string latency_line(const char* name, const base::Histogram& histogram) {
    std::string line = fmt::format("{:<18}", name);
    for (const Percentile& row : kPercentiles) {
        const double ms = static_cast<double>(histogram.percentile(row.percent)) / 1'000;
        line += fmt::format(" {} {:.2f}", row.name, ms);
    }
    return line + "\n";
}

json::object latency_json(const base::Histogram& histogram) {
    json::object object{{"count", histogram.count()}};
    for (const Percentile& row : kPercentiles) object[row.name] = histogram.percentile(row.percent);
    return object;
}

double per_second(const LoadReport& report) {
    if (report.measured_seconds <= 0) return 0;
    return static_cast<double>(report.measured) / report.measured_seconds;
}

}  // namespace

bool LoadReport::is_clean() const {
    return lost == 0 && tally.doubled == 0 && tally.misdelivered == 0 && tally.repeated_ids == 0 &&
           refused_by_status.empty() && broken_connections == 0;
}

std::string report_text(const LoadReport& report) {
    const Tally& tally = report.tally;
    std::string text = fmt::format(
        "requests           sent {}, accepted {}, {:.0f} answered per second\n"
        "outcomes           predictions {}, failures {}, lost {}, doubled {}, misdelivered {}\n",
        report.sent, tally.accepted, per_second(report), tally.predictions, tally.failures,
        report.lost, tally.doubled, tally.misdelivered
    );
    for (const auto& [status, count] : report.refused_by_status) {
        text += fmt::format("refused            {} with status {}\n", count, status);
    }
    if (report.broken_connections > 0) {
        text += fmt::format("connections        {} broke\n", report.broken_connections);
    }
    text += latency_line("POST, ms", report.post_us);
    if (report.outcome_us.count() > 0) text += latency_line("POST to push, ms", report.outcome_us);
    if (report.server) {
        text += fmt::format(
            "server             {:.2f} CPU s, {:.1f} MB resident\n", report.server->cpu_seconds,
            report.server->resident_mb
        );
    }
    return text;
}

std::string report_json(const LoadReport& report) {
    const Tally& tally = report.tally;
    json::object refused;
    for (const auto& [status, count] : report.refused_by_status) {
        refused[std::to_string(status)] = count;
    }
    json::object object{
        {"sent", report.sent},
        {"accepted", tally.accepted},
        {"answered_per_second", per_second(report)},
        {"predictions", tally.predictions},
        {"failures", tally.failures},
        {"lost", report.lost},
        {"doubled", tally.doubled},
        {"misdelivered", tally.misdelivered},
        {"refused", std::move(refused)},
        {"broken_connections", report.broken_connections},
        {"post_us", latency_json(report.post_us)},
        {"outcome_us", latency_json(report.outcome_us)},
        {"clean", report.is_clean()},
    };
    if (report.server) {
        object["server"] = {
            {"cpu_seconds", report.server->cpu_seconds}, {"resident_mb", report.server->resident_mb}
        };
    }
    return json::serialize(object);
}

}  // namespace flightcast::load
