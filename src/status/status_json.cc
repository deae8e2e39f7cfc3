// SPDX-License-Identifier: Apache-2.0
#include "status/status_json.h"

#include <array>
#include <boost/json.hpp>
#include <cmath>
#include <map>
#include <utility>

#include "base/limits.h"
#include "base/utf8.h"
#include "flight/calendar/timestamp.h"
#include "telemetry/build_info.h"

namespace flightcast::status {

namespace json = boost::json;
using telemetry::MetricSpec;
using telemetry::Reading;

namespace {

constexpr std::array<std::string_view, 2> kSeverities = {"warning", "critical"};

std::string utc(base::WallTime time) {
    std::string text;
    flight::append_utc(text, time);
    return text;
}

// Four digits are enough for people, and an hour of samples stays small.
double short_number(double value) {
    if (value == 0 || !std::isfinite(value)) return 0;
    const double unit = std::pow(10.0, 3 - std::floor(std::log10(std::abs(value))));
    return unit >= 1 && unit < 1e12 ? std::round(value * unit) / unit : std::round(value);
}

json::value seconds_or_null(const std::optional<telemetry::Spread>& spread) {
    if (!spread) return nullptr;
    return json::object{
        {"count", spread->count},
        {"p50", short_number(spread->p50)},
        {"p90", short_number(spread->p90)},
        {"p99", short_number(spread->p99)}
    };
}

json::object throughput_of(const StatusView& view) {
    constexpr std::array<std::pair<const char*, Total>, 8> kRates = {{
        {"submitted", Total::submitted},
        {"accepted", Total::accepted},
        {"refused", Total::full},
        {"unanswered", Total::unknown},
        {"outcomes", Total::outcomes},
        {"failed", Total::failed},
        {"pushed", Total::pushed},
        {"responses", Total::responses},
    }};
    json::object rates;
    for (const auto& [name, total] : kRates) {
        rates[name] = short_number(rate_between(view.before, view.now, total));
    }
    return rates;
}

json::object latency_of(const StatusView& view) {
    json::object times;
    const auto add = [&](const char* name, const MetricSpec& metric, std::string_view label) {
        times[name] = seconds_or_null(spread_between(
            view.readings_before.find(metric, label), view.readings.find(metric, label)
        ));
    };
    for (const char* const stage : {"accept", "score", "archive", "total"}) {
        add(stage, telemetry::kStageSeconds, stage);
    }
    add("commit", telemetry::kCommitSeconds, "yes");
    add("store_find", telemetry::kStoreSeconds, "find");
    add("kafka_producer", telemetry::kKafkaRoundTrip, "producer");
    return times;
}

json::array lag_of(const StatusView& view) {
    json::array groups;
    for (const Reading& group : view.readings.of(telemetry::kLagRecords)) {
        std::map<std::pair<std::string_view, int>, double> lags;  // by topic and partition
        for (const Reading& partition : view.readings.of(telemetry::kPartitionLag)) {
            if (partition.label("group") != group.label("group")) continue;
            const int number = std::stoi(std::string(partition.label("partition")));
            lags[{partition.label("topic"), number}] = partition.value;
        }
        json::array partitions;
        for (const auto& [at, records] : lags) {
            partitions.push_back(
                json::object{
                    {"topic", at.first},
                    {"partition", at.second},
                    {"records", static_cast<std::int64_t>(records)}
                }
            );
        }
        groups.push_back(
            json::object{
                {"group", group.label("group")},
                {"records", static_cast<std::int64_t>(group.value)},
                {"partitions", std::move(partitions)}
            }
        );
    }
    return groups;
}

// Each series of a metric by its label.
json::object by_label(const telemetry::Readings& readings, const MetricSpec& metric) {
    json::object object;
    for (const Reading& reading : readings.of(metric)) {
        object[reading.label(metric.label)] = static_cast<std::int64_t>(reading.value);
    }
    return object;
}

json::object connections_of(const StatusView& view) {
    json::object object = by_label(view.readings, telemetry::kConnections);
    object["waiters"] = static_cast<std::int64_t>(view.readings.value(telemetry::kWaiters));
    return object;
}

json::object queues_of(const StatusView& view) {
    json::object object = by_label(view.readings, telemetry::kQueueRecords);
    for (const Reading& client : view.readings.of(telemetry::kKafkaWaiting)) {
        object["kafka_" + std::string(client.label("client"))] =
            static_cast<std::int64_t>(client.value);
    }
    return object;
}

json::array errors_of(const StatusView& view) {
    json::array errors;
    for (const telemetry::Problem& problem : view.problems) {
        const bool is_error = problem.level == telemetry::LogLevel::error;
        errors.push_back(
            json::object{
                {"level", is_error ? "error" : "warning"},
                {"stage", problem.stage},
                {"message", base::replace_bad_utf8(problem.message)},
                {"detail", base::replace_bad_utf8(problem.detail)},
                {"count", problem.count},
                {"first", utc(problem.first)},
                {"last", utc(problem.last)}
            }
        );
    }
    return errors;
}

json::array checks_of(const StatusView& view) {
    json::array checks;
    for (const telemetry::HealthCheck& check : view.health.checks) {
        const char* const state = check.reason.empty() ? "ok" : check.is_note ? "note" : "failing";
        checks.push_back(
            json::object{
                {"name", check.name},
                {"state", state},
                {"reason", base::replace_bad_utf8(check.reason)}
            }
        );
    }
    return checks;
}

json::array alarms_of(const StatusView& view) {
    json::array alarms;
    for (const Alarm& alarm : view.alarms) {
        alarms.push_back(
            json::object{
                {"name", alarm.spec->name},
                {"severity", kSeverities[static_cast<std::size_t>(alarm.spec->severity)]},
                {"state", alarm.in_force ? "firing" : "pending"},
                {"since", utc(alarm.since)},
                {"text", base::replace_bad_utf8(alarm.text)}
            }
        );
    }
    return alarms;
}

json::object resources_of(const StatusView& view) {
    const telemetry::Readings& readings = view.readings;
    const auto count = [&readings](const MetricSpec& metric, std::string_view label = {}) {
        return static_cast<std::int64_t>(readings.value(metric, label));
    };
    json::object object{
        {"cpu", short_number(rate_between(view.before, view.now, Total::cpu_seconds))},
        {"memory_bytes", count(telemetry::kProcessMemory)},
        {"open_files", count(telemetry::kProcessFiles)},
        {"files_max", count(telemetry::kProcessFilesMax)},
        {"cache_bytes", count(telemetry::kCacheBytes)}
    };
    if (readings.find(telemetry::kDataFreeBytes) != nullptr) {
        object["database_bytes"] = count(telemetry::kDataBytes, "database");
        object["wal_bytes"] = count(telemetry::kDataBytes, "wal");
        object["free_bytes"] = count(telemetry::kDataFreeBytes);
    }
    return object;
}

// An array for each figure, one number for each sample but the first.
json::object history_of(const StatusView& view) {
    json::array accepted;
    json::array pushed;
    json::array p50;
    json::array p99;
    json::array lag;
    json::array connections;
    json::array cpu;
    json::array memory;
    for (std::size_t i = 1; i < view.hour.size(); ++i) {
        const Sample& before = view.hour[i - 1];
        const Sample& now = view.hour[i];
        accepted.push_back(short_number(rate_between(before, now, Total::accepted)));
        pushed.push_back(short_number(rate_between(before, now, Total::pushed)));
        cpu.push_back(short_number(rate_between(before, now, Total::cpu_seconds)));
        const auto& time = now.total_time;
        p50.push_back(time ? json::value(short_number(time->p50)) : json::value(nullptr));
        p99.push_back(time ? json::value(short_number(time->p99)) : json::value(nullptr));
        lag.push_back(short_number(now.lag_records));
        connections.push_back(short_number(now.connections));
        memory.push_back(short_number(now.memory_bytes));
    }
    return {
        {"every_s", std::chrono::seconds(base::limits::kStatusEvery).count()},
        {"end", utc(view.hour.back().wall)},
        {"accepted", std::move(accepted)},
        {"pushed", std::move(pushed)},
        {"p50", std::move(p50)},
        {"p99", std::move(p99)},
        {"lag", std::move(lag)},
        {"connections", std::move(connections)},
        {"cpu", std::move(cpu)},
        {"memory_bytes", std::move(memory)}
    };
}

json::value model_of(const StatusView& view) {
    boost::system::error_code error;
    json::value model = json::parse(view.model, error);
    return error ? json::value(json::object{}) : model;
}

}  // namespace

std::string status_json(const StatusView& view) {
    using Seconds = std::chrono::duration<double>;
    const json::object status{
        {"time", utc(view.now.wall)},
        {"role", view.role},
        {"version", telemetry::build_info().version},
        {"uptime_s", short_number(Seconds(view.uptime).count())},
        {"window_s", short_number(Seconds(view.now.at - view.before.at).count())},
        {"healthy", view.health.healthy},
        {"alarms", alarms_of(view)},
        {"checks", checks_of(view)},
        {"throughput", throughput_of(view)},
        {"latency", latency_of(view)},
        {"lag", lag_of(view)},
        {"connections", connections_of(view)},
        {"queues", queues_of(view)},
        {"dropped", by_label(view.readings, telemetry::kDropped)},
        {"errors", errors_of(view)},
        {"model", model_of(view)},
        {"resources", resources_of(view)},
        {"history", history_of(view)}
    };
    return json::serialize(status) + "\n";
}

}  // namespace flightcast::status
