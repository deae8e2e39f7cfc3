// SPDX-License-Identifier: Apache-2.0
#include "loadtest/report.h"

#include <fmt/format.h>

#include <array>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <string_view>
#include <utility>

namespace flightcast::loadtest {
namespace {

namespace json = boost::json;

struct Percentile {
    std::string_view name;
    double percent;
};
constexpr std::array kPercentiles = {
    Percentile{"p50", 50},
    Percentile{"p90", 90},
    Percentile{"p95", 95},
    Percentile{"p99", 99},
    Percentile{"p99.9", 99.9},
    Percentile{"max", 100},
};

double megabytes(std::uint64_t bytes) {
    return static_cast<double>(bytes) * 1e-6;
}

std::string_view name_of(session::Transport transport) {
    switch (transport) {
        case session::Transport::websocket:
            return "websocket";
        case session::Transport::polling:
            return "polling";
        case session::Transport::upgrade:
            return "upgrade";
    }
    return "";
}

std::string_view name_of(Api api) {
    return api == Api::json ? "json" : "original";
}

std::string plan(const LoadOptions& options) {
    const double seconds = std::chrono::duration<double>(options.duration).count();
    std::string text = fmt::format(
        "http://{}: {}, {}, {} connections{}",
        options.target.authority(),
        options.rate > 0 ? fmt::format("{:g} requests/s", options.rate) : "as fast as possible",
        options.requests ? fmt::format("{} requests", *options.requests)
                         : fmt::format("{:g} s", seconds),
        options.connections,
        options.idle_connections > 0 ? fmt::format(" and {} idle", options.idle_connections) : ""
    );
    if (options.batch > 1) text += fmt::format(", {} flights each", options.batch);
    if (options.mode == Mode::outcomes) text += fmt::format(", {}", name_of(options.transport));
    return text + "\n";
}

std::string post_counts(const Report& report) {
    std::string text = fmt::format(
        "  POSTs     sent {}  accepted {} ({:.1f}/s)",
        report.sent,
        report.tally.accepted,
        report.accepted_per_second
    );
    for (const auto& [status, count] : report.refused) {
        text += fmt::format("  refused with {}: {}", status, count);
    }
    text += fmt::format("  broken {}", report.broken);
    if (report.unsent > 0) text += fmt::format("  not sent {}", report.unsent);
    return text + "\n";
}

std::string outcome_counts(const Report& report) {
    const Tally& tally = report.tally;
    return fmt::format(
               "  outcomes  predictions {}  failures {}  lost {}  doubled {}  misdelivered {}\n",
               tally.predictions,
               tally.failures,
               report.lost,
               tally.doubled,
               tally.misdelivered
           ) +
           fmt::format(
               "  sessions  joins confirmed {}  waits ended {}  disconnects {}  ids given twice "
               "{}\n",
               report.joined,
               tally.still_waits,
               report.disconnects,
               tally.repeated_ids
           ) +
           (report.storms == 0 ? "" : fmt::format("  storms    {}\n", report.storms));
}

std::string latency_row(std::string_view name, const base::LatencyHistogram& histogram) {
    std::string text = fmt::format("  {:<18}", name);
    for (const Percentile& p : kPercentiles) {
        const auto value_us = static_cast<double>(histogram.percentile(p.percent));
        text += fmt::format("{:>10.3f}", value_us * 1e-3);
    }
    return text + "\n";
}

std::string latency_table(const Report& report) {
    std::string text = fmt::format("\n  {:<18}", "ms");
    for (const Percentile& p : kPercentiles) text += fmt::format("{:>10}", p.name);
    text += "\n" + latency_row("POST answered", report.post_us);
    if (report.options.mode == Mode::outcomes) {
        text += latency_row("outcome received", report.outcome_us);
    }
    if (report.back_us.count() > 0) text += latency_row("session back", report.back_us);
    return text + latency_row("(sent late)", report.send_delay_us) + "\n";
}

std::string usage(const Report& report) {
    std::string text;
    if (report.server) {
        const auto measured = static_cast<double>(report.post_us.count());
        text = fmt::format(
            "  server: {:.2f} CPU s ({:.3f} ms per request), {:.1f} MB resident, {:.1f} MB at "
            "most\n",
            report.server->cpu_seconds,
            measured > 0 ? report.server->cpu_seconds * 1e3 / measured : 0.0,
            megabytes(report.server->resident_bytes),
            megabytes(report.server->resident_bytes_peak)
        );
    }
    return text + fmt::format("  load generator: {:.2f} CPU s\n", report.own_cpu_seconds);
}

std::string_view verdict(const Report& report) {
    if (report.tally.accepted == 0) return "FAILED: the server accepted no request\n";
    if (!report.is_clean()) return "FAILED: not every request had exactly one outcome\n";
    if (report.options.mode == Mode::post_only) return "ok\n";
    return "ok: every accepted request had exactly one outcome\n";
}

json::object percentiles_json(const base::LatencyHistogram& histogram) {
    json::object object{{"count", histogram.count()}, {"mean", histogram.mean()}};
    for (const Percentile& p : kPercentiles) object[p.name] = histogram.percentile(p.percent);
    return object;
}

json::object requests_json(const Report& report) {
    json::object refused;
    for (const auto& [status, count] : report.refused) refused[std::to_string(status)] = count;
    return {
        {"sent", report.sent},
        {"accepted", report.tally.accepted},
        {"refused", refused},
        {"broken", report.broken},
        {"not_sent", report.unsent},
    };
}

json::object outcomes_json(const Report& report) {
    const Tally& tally = report.tally;
    return {
        {"predictions", tally.predictions},
        {"failures", tally.failures},
        {"lost", report.lost},
        {"doubled", tally.doubled},
        {"misdelivered", tally.misdelivered},
        {"ids_given_twice", tally.repeated_ids},
        {"joins_confirmed", report.joined},
        {"waits_ended", tally.still_waits},
        {"disconnects", report.disconnects},
    };
}

}  // namespace

bool Report::is_clean() const {
    return tally.accepted > 0 && lost == 0 && tally.doubled == 0 && tally.misdelivered == 0 &&
           tally.repeated_ids == 0;
}

std::string report_text(const Report& report) {
    std::string text = plan(report.options) + post_counts(report);
    if (report.options.mode == Mode::outcomes) text += outcome_counts(report);
    text += latency_table(report) + usage(report);
    if (!report.first_problem.empty()) text += "  first problem: " + report.first_problem + "\n";
    return text.append(verdict(report));
}

std::string report_json(const Report& report) {
    json::object object{
        {"ok", report.is_clean()},
        {"target", "http://" + report.options.target.authority()},
        {"rate", report.options.rate},
        {"api", name_of(report.options.api)},
        {"batch", report.options.batch},
        {"connections", report.options.connections},
        {"idle_connections", report.options.idle_connections},
        {"requests", requests_json(report)},
        {"accepted_per_second", report.accepted_per_second},
    };
    json::object latency{
        {"post", percentiles_json(report.post_us)},
        {"send_delay", percentiles_json(report.send_delay_us)},
    };
    if (report.options.mode == Mode::outcomes) {
        object["outcomes"] = outcomes_json(report);
        object["transport"] = name_of(report.options.transport);
        object["storms"] = report.storms;
        latency["outcome"] = percentiles_json(report.outcome_us);
        latency["session_back"] = percentiles_json(report.back_us);
    }
    object["latency_us"] = std::move(latency);
    if (report.server) {
        object["server"] = json::object{
            {"cpu_seconds", report.server->cpu_seconds},
            {"resident_bytes", report.server->resident_bytes},
            {"resident_bytes_peak", report.server->resident_bytes_peak},
        };
    }
    object["load_generator"] = json::object{{"cpu_seconds", report.own_cpu_seconds}};
    if (!report.first_problem.empty()) object["first_problem"] = report.first_problem;
    return json::serialize(object);
}

}  // namespace flightcast::loadtest
