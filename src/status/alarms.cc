// SPDX-License-Identifier: Apache-2.0
#include "status/alarms.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/limits.h"

namespace flightcast::status {
namespace {

using namespace std::chrono_literals;
using std::chrono::minutes;
using telemetry::MetricSpec;
using Text = std::optional<std::string>;

constexpr minutes kRateWindow{5};
constexpr double kScorerLagMax = 1'000;
constexpr double kOtherLagMax = 10'000;
constexpr double kFailedShareMax = 0.01;
constexpr double kServerErrorShareMax = 0.05;
constexpr double kFreeBytesMin = 1e9;
constexpr double kCommitSecondsMax = 0.25;
constexpr double kFilesShareMax = 0.8;
constexpr double kMemoryBytesMax = 900e6;
constexpr double kConnectionsMany = 16'000;
constexpr double kWaitersMany = 160'000;
constexpr double kKafkaErrorRateMax = 0.1;
constexpr double kAppendQueueMany = 30'000;
constexpr double kRetriesMany = 5;
constexpr double kDaySeconds = 86'400;

// "12" or "6"; a fraction below ten as "0.25".
std::string number(double value) {
    if (value >= 10 || value == std::floor(value))
        return std::to_string(static_cast<long long>(value));
    std::string text = std::to_string(value);
    return text.substr(0, text.find('.') + 3);
}

double rate(const View& view, Total which) {
    return rate_between(view.earlier(kRateWindow), view.now, which);
}

double grown(const View& view, Total which, minutes window) {
    return view.now.total(which) - view.earlier(window).total(which);
}

std::string failing_check(const View& view, bool notes, std::string_view but = {}) {
    std::string text;
    for (const telemetry::HealthCheck& check : view.health.checks) {
        if (check.is_note != notes || check.reason.empty() || check.name == but) continue;
        text += (text.empty() ? "" : "; ") + check.name + ": " + check.reason;
    }
    return text;
}

std::string reason_of(const View& view, std::string_view name) {
    for (const telemetry::HealthCheck& check : view.health.checks) {
        if (check.name == name) return check.reason;
    }
    return {};
}

Text unless_empty(std::string text) {
    return text.empty() ? std::nullopt : Text(std::move(text));
}

Text lag_above(const View& view, std::string_view group, double bound, const char* what) {
    const double lag = view.readings.value(telemetry::kLagRecords, group);
    return lag > bound ? Text(number(lag) + what) : std::nullopt;
}

Text not_ready(const View& view) {
    return unless_empty(failing_check(view, false));
}

Text noted(const View& view) {
    return unless_empty(failing_check(view, true, "readers"));
}

Text no_scorer(const View& view) {
    return unless_empty(reason_of(view, "scoring"));
}

Text no_owner(const View& view) {
    return unless_empty(reason_of(view, "readers"));
}

Text scorer_lags(const View& view) {
    return lag_above(view, "scorer", kScorerLagMax, " requests wait to be scored");
}

Text archiver_lags(const View& view) {
    return lag_above(view, "archiver", kOtherLagMax, " outcomes wait to be stored");
}

Text evaluator_lags(const View& view) {
    return lag_above(view, "evaluator", kOtherLagMax, " arrivals wait to be judged");
}

Text log_refuses(const View& view) {
    const double refused = rate(view, Total::full);
    if (refused <= 0) return std::nullopt;
    return number(refused) + " flights a second are refused: the log is full";
}

Text log_silent(const View& view) {
    const double silent = rate(view, Total::unknown);
    if (silent <= 0) return std::nullopt;
    return number(silent) + " flights a second are not answered by the log in time";
}

Text timeouts(const View& view) {
    const double late = rate(view, Total::timeouts);
    if (late <= 0) return std::nullopt;
    return number(late) + " clients a second are told of a timeout";
}

Text failures(const View& view) {
    const double all = grown(view, Total::outcomes, 10min);
    const double failed = grown(view, Total::failed, 10min);
    if (all <= 0 || failed / all <= kFailedShareMax) return std::nullopt;
    return number(100 * failed / all) + " % of the requests cannot be scored";
}

Text set_aside(const View& view) {
    const double refused = grown(view, Total::set_aside, 15min);
    if (refused <= 0) return std::nullopt;
    return number(refused) + " outcomes were refused for good in 15 minutes";
}

Text stage_retries(const View& view) {
    for (const telemetry::Reading& stage : view.readings.of(telemetry::kStageFailing)) {
        if (stage.value <= kRetriesMany) continue;
        return "the stage " + std::string(stage.label("stage")) + " has failed " +
               number(stage.value) + " times in a row";
    }
    return std::nullopt;
}

Text store_errors(const View& view) {
    const double errors = rate(view, Total::store_errors);
    if (errors <= 0) return std::nullopt;
    return number(errors) + " calls of the store fail a second";
}

Text kafka_errors(const View& view) {
    const double errors = rate(view, Total::kafka_errors);
    if (errors <= kKafkaErrorRateMax) return std::nullopt;
    return number(errors) + " requests to brokers fail a second";
}

Text drops(const View& view) {
    const double dropped = rate(view, Total::dropped);
    if (dropped <= 0) return std::nullopt;
    return number(dropped) + " things a second are given up: a bound was reached";
}

Text server_errors(const View& view) {
    const double all = rate(view, Total::responses);
    const double errors = rate(view, Total::server_errors);
    if (all <= 0 || errors / all <= kServerErrorShareMax) return std::nullopt;
    return number(100 * errors / all) + " % of the answers are 5xx";
}

Text model_refused(const View& view) {
    if (grown(view, Total::models_refused, 15min) <= 0) return std::nullopt;
    return "a model was refused; the one before it answers";
}

Text disk_low(const View& view) {
    const telemetry::Reading* const room = view.readings.find(telemetry::kDataFreeBytes);
    if (room == nullptr || room->value >= kFreeBytesMin) return std::nullopt;
    return number(room->value / 1e6) + " MB are left for the data folder";
}

Text log_file_grows(const View& view) {
    const double bytes = view.readings.value(telemetry::kDataBytes, "wal");
    if (bytes <= static_cast<double>(base::limits::kWalBytesMax)) return std::nullopt;
    return "the write-ahead log has " + number(bytes / 1e6) + " MB";
}

Text commits_slow(const View& view) {
    const auto spread = spread_between(
        view.readings_before.find(telemetry::kCommitSeconds, "yes"),
        view.readings.find(telemetry::kCommitSeconds, "yes")
    );
    if (!spread || spread->p99 <= kCommitSecondsMax) return std::nullopt;
    return "1 % of the commits take longer than " + number(spread->p99) + " s";
}

// Nothing without a certificate.
std::optional<double> seconds_of_certificate(const View& view) {
    const telemetry::Reading* const end = view.readings.find(telemetry::kCertificateExpiry);
    if (end == nullptr) return std::nullopt;
    return end->value - std::chrono::duration<double>(view.now.wall.time_since_epoch()).count();
}

Text certificate_within(const View& view, double days) {
    const auto left = seconds_of_certificate(view);
    if (!left || *left >= days * kDaySeconds) return std::nullopt;
    if (*left <= 0) return "the certificate has ended";
    return "the certificate ends in " + number(*left / 3600) + " hours";
}

Text certificate_expires(const View& view) {
    return certificate_within(view, 14);
}

Text certificate_expired(const View& view) {
    return certificate_within(view, 1);
}

Text files_run_out(const View& view) {
    const double open = view.readings.value(telemetry::kProcessFiles);
    const double most = view.readings.value(telemetry::kProcessFilesMax);
    if (most <= 0 || open / most <= kFilesShareMax) return std::nullopt;
    return number(100 * open / most) + " % of the files that may be open are";
}

Text above(const View& view, const MetricSpec& gauge, double bound, const char* what) {
    const double value = view.readings.total(gauge);
    return value > bound ? Text(number(value) + what) : std::nullopt;
}

Text memory(const View& view) {
    return above(view, telemetry::kProcessMemory, kMemoryBytesMax, " bytes are in memory");
}

Text connections_high(const View& view) {
    return above(view, telemetry::kConnections, kConnectionsMany, " connections are open");
}

Text waiters_high(const View& view) {
    return above(view, telemetry::kWaiters, kWaitersMany, " clients wait");
}

Text queue_fills(const View& view) {
    return above(view, telemetry::kQueueRecords, kAppendQueueMany, " records wait for the log");
}

constexpr auto kWarning = Severity::warning;
constexpr auto kCritical = Severity::critical;
constexpr std::array kAlarms = {
    AlarmSpec{"FlightcastNotReady", kCritical, 5min, not_ready},
    AlarmSpec{"FlightcastNote", kWarning, 10min, noted},
    AlarmSpec{"FlightcastNoScorer", kCritical, 2min, no_scorer},
    AlarmSpec{"FlightcastPartitionsWithoutOwner", kCritical, 2min, no_owner},
    AlarmSpec{"FlightcastScorerLags", kCritical, 2min, scorer_lags},
    AlarmSpec{"FlightcastArchiverLags", kWarning, 10min, archiver_lags},
    AlarmSpec{"FlightcastEvaluatorLags", kWarning, 30min, evaluator_lags},
    AlarmSpec{"FlightcastLogRefuses", kCritical, 1min, log_refuses},
    AlarmSpec{"FlightcastLogSilent", kCritical, 2min, log_silent},
    AlarmSpec{"FlightcastTimeouts", kWarning, 5min, timeouts},
    AlarmSpec{"FlightcastFailures", kWarning, 10min, failures},
    AlarmSpec{"FlightcastSetAside", kWarning, 0min, set_aside},
    AlarmSpec{"FlightcastStageRetries", kCritical, 2min, stage_retries},
    AlarmSpec{"FlightcastStoreErrors", kWarning, 5min, store_errors},
    AlarmSpec{"FlightcastKafkaErrors", kWarning, 5min, kafka_errors},
    AlarmSpec{"FlightcastDrops", kWarning, 5min, drops},
    AlarmSpec{"FlightcastServerErrors", kWarning, 5min, server_errors},
    AlarmSpec{"FlightcastModelRefused", kWarning, 0min, model_refused},
    AlarmSpec{"FlightcastDiskLow", kCritical, 5min, disk_low},
    AlarmSpec{"FlightcastLogFileGrows", kWarning, 10min, log_file_grows},
    AlarmSpec{"FlightcastCommitsSlow", kWarning, 5min, commits_slow},
    AlarmSpec{"FlightcastCertificateExpires", kWarning, 60min, certificate_expires},
    AlarmSpec{"FlightcastCertificateExpired", kCritical, 0min, certificate_expired},
    AlarmSpec{"FlightcastFilesRunOut", kWarning, 5min, files_run_out},
    AlarmSpec{"FlightcastMemory", kWarning, 10min, memory},
    AlarmSpec{"FlightcastConnectionsHigh", kWarning, 5min, connections_high},
    AlarmSpec{"FlightcastWaitersHigh", kWarning, 5min, waiters_high},
    AlarmSpec{"FlightcastQueueFills", kCritical, 2min, queue_fills},
};

}  // namespace

std::span<const AlarmSpec> alarm_table() {
    return kAlarms;
}

void Alarms::judge(const View& view) {
    for (const AlarmSpec& spec : kAlarms) {
        Text text = spec.condition(view);
        if (!text) {
            held_.erase(spec.name);
            continue;
        }
        const auto [at, is_new] = held_.try_emplace(spec.name);
        Held& held = at->second;
        if (is_new) {
            held.since = view.now.at;
            held.alarm.spec = &spec;
            held.alarm.since = view.now.wall;
        }
        held.alarm.text = *std::move(text);
        held.alarm.in_force = view.now.at - held.since >= spec.hold;
    }
}

std::vector<Alarm> Alarms::alarms() const {
    std::vector<Alarm> alarms;
    for (const auto& [name, held] : held_) alarms.push_back(held.alarm);
    std::ranges::stable_sort(alarms, [](const Alarm& a, const Alarm& b) {
        if (a.in_force != b.in_force) return a.in_force;
        return a.spec->severity > b.spec->severity;
    });
    return alarms;
}

}  // namespace flightcast::status
