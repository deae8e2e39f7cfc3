// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <span>
#include <string_view>

// Every metric of the program. docs/metrics.md explains them to operators; a test keeps both in
// step.
namespace flightcast::telemetry {

enum class MetricKind { counter, gauge, histogram };

struct MetricSpec {
    std::string_view name;
    MetricKind kind{};
    std::string_view label;  // the one label's name; empty: none
    std::string_view help;
    std::span<const double> bounds;                 // upper bounds of a histogram's buckets
    std::array<std::string_view, 2> more_labels{};  // names of a second and third label, or none
};

// Seconds, from a stage's time when all is well to the longest wait of a client.
inline constexpr std::array kLatencyBounds = {
    0.0001,
    0.00025,
    0.0005,
    0.001,
    0.0025,
    0.005,
    0.01,
    0.025,
    0.05,
    0.1,
    0.25,
    0.5,
    1.0,
    2.5,
    10.0,
};
inline constexpr std::array kBatchBounds = {
    1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0
};

inline constexpr MetricSpec kRequests{
    .name = "flightcast_requests_total",
    .kind = MetricKind::counter,
    .label = "status",
    .help = "Flights submitted, by what became of the call: accepted, invalid, full, unknown.",
};
inline constexpr MetricSpec kHttpResponses{
    .name = "flightcast_http_responses_total",
    .kind = MetricKind::counter,
    .label = "code",
    .help = "HTTP responses sent, by class of status code: 1xx to 5xx.",
};
inline constexpr MetricSpec kOutcomes{
    .name = "flightcast_outcomes_total",
    .kind = MetricKind::counter,
    .label = "class",
    .help = "Outcomes published by the scorer: predicted class 0 to 3, or failed.",
};
inline constexpr MetricSpec kEvaluatorHolds{
    .name = "flightcast_evaluator_predictions",
    .kind = MetricKind::gauge,
    .label = "state",
    .help =
        "Known to the evaluator: predictions that are waiting or evaluated, and unmatched "
        "flights, which ended and were not asked about.",
};
inline constexpr MetricSpec kModelJudged{
    .name = "flightcast_model_judged_flights",
    .kind = MetricKind::gauge,
    .label = "model",
    .help = "Predictions of a model that were judged by arrivals in the last 24 hours.",
};
inline constexpr MetricSpec kModelAccuracy{
    .name = "flightcast_model_accuracy",
    .kind = MetricKind::gauge,
    .label = "model",
    .help = "Share of right classes among them; not below 20.",
};
inline constexpr MetricSpec kModelLogLoss{
    .name = "flightcast_model_log_loss",
    .kind = MetricKind::gauge,
    .label = "model",
    .help = "Mean log loss of them; not below 20.",
};
inline constexpr MetricSpec kModelCalibration{
    .name = "flightcast_model_calibration_error",
    .kind = MetricKind::gauge,
    .label = "model",
    .help = "Calibration error of them; not below 20.",
};
inline constexpr MetricSpec kModelLabelDelay{
    .name = "flightcast_model_label_delay_seconds",
    .kind = MetricKind::gauge,
    .label = "model",
    .help = "Mean time from a request to the report that judged it; not below 20.",
};
inline constexpr MetricSpec kModelExpectedAccuracy{
    .name = "flightcast_model_expected_accuracy",
    .kind = MetricKind::gauge,
    .label = "model",
    .help =
        "Accuracy that the model's own probabilities promise for the requests of the last 24 "
        "hours, before any has landed.",
};
inline constexpr MetricSpec kDriftFromTraining{
    .name = "flightcast_drift_from_training",
    .kind = MetricKind::gauge,
    .label = "feature",
    .help =
        "PSI of a feature, or of the answers, in the last 24 hours against the flights learned "
        "from, over its threshold: above 1 is a drift; 0 while there are too few flights.",
};
inline constexpr MetricSpec kDriftFromLastWeek{
    .name = "flightcast_drift_from_last_week",
    .kind = MetricKind::gauge,
    .label = "feature",
    .help = "The same against the same hours a week before.",
};
inline constexpr MetricSpec kSetAside{
    .name = "flightcast_set_aside_total",
    .kind = MetricKind::counter,
    .label = "by",
    .help =
        "Outcomes that were refused for good and set aside, by what refused them: store, topic.",
};
inline constexpr MetricSpec kPushes{
    .name = "flightcast_pushes_total",
    .kind = MetricKind::counter,
    .label = "event",
    .help =
        "Events pushed to clients: prediction_ready, prediction_failed, timeout, invalid_join "
        "(a join that names no request).",
};
inline constexpr MetricSpec kStageSeconds{
    .name = "flightcast_stage_seconds",
    .kind = MetricKind::histogram,
    .label = "stage",
    .help = "Time in each stage: accept, score, archive, total.",
    .bounds = kLatencyBounds,
};
inline constexpr MetricSpec kBatchRecords{
    .name = "flightcast_batch_records",
    .kind = MetricKind::histogram,
    .label = "stage",
    .help = "Records handled at once, by stage: score, archive.",
    .bounds = kBatchBounds,
};
inline constexpr MetricSpec kConnections{
    .name = "flightcast_connections",
    .kind = MetricKind::gauge,
    .label = "transport",
    .help = "Open connections: http, websocket, polling.",
};
inline constexpr MetricSpec kWaiters{
    .name = "flightcast_waiters",
    .kind = MetricKind::gauge,
    .label = {},
    .help = "Clients waiting for an outcome.",
};
inline constexpr MetricSpec kQueueRecords{
    .name = "flightcast_queue_records",
    .kind = MetricKind::gauge,
    .label = "queue",
    .help = "Entries in each bounded queue: append.",
};
inline constexpr MetricSpec kLagRecords{
    .name = "flightcast_lag_records",
    .kind = MetricKind::gauge,
    .label = "group",
    .help = "Records in the log that a group has not finished: scorer, archiver.",
};
inline constexpr MetricSpec kPartitionLag{
    .name = "flightcast_partition_lag_records",
    .kind = MetricKind::gauge,
    .label = "group",
    .help = "The same by partition, of the first 256 partitions of a group.",
    .bounds = {},
    .more_labels = {"topic", "partition"},
};
inline constexpr MetricSpec kCacheBytes{
    .name = "flightcast_cache_bytes",
    .kind = MetricKind::gauge,
    .label = {},
    .help = "Bytes of outcomes kept in memory for late joins.",
};
inline constexpr MetricSpec kDropped{
    .name = "flightcast_dropped_total",
    .kind = MetricKind::counter,
    .label = "what",
    .help =
        "Given up because a bound was reached: connections, half_open, requests, oversized, "
        "volatile, slow_senders, slow_readers, sessions, handshakes, upgrades, slow_clients, "
        "waiters, log_lines.",
};
inline constexpr MetricSpec kSocketIo{
    .name = "flightcast_socketio_total",
    .kind = MetricKind::counter,
    .label = "what",
    .help =
        "What happened to Socket.IO clients: opened, upgraded, upgrade_failed, ping_timeout, "
        "received, sent, connected, refused, malformed.",
};
inline constexpr MetricSpec kEngineErrors{
    .name = "flightcast_engineio_errors_total",
    .kind = MetricKind::counter,
    .label = "code",
    .help = "Requests answered with an error of Engine.IO, by its code: 0 to 5.",
};
inline constexpr MetricSpec kModelInfo{
    .name = "flightcast_model_info",
    .kind = MetricKind::gauge,
    .label = "model",
    .help = "1 for the model in use, labelled with its name and version.",
};
inline constexpr MetricSpec kModelReloads{
    .name = "flightcast_model_reloads_total",
    .kind = MetricKind::counter,
    .label = "outcome",
    .help = "Times that a model was loaded to take the place of the one in use: loaded, refused.",
};
inline constexpr MetricSpec kBuildInfo{
    .name = "flightcast_build_info",
    .kind = MetricKind::gauge,
    .label = "version",
    .help = "1, labelled with the version of the program.",
};
inline constexpr MetricSpec kProcessMemory{
    .name = "process_resident_memory_bytes",
    .kind = MetricKind::gauge,
    .label = {},
    .help = "Memory of the process that is in RAM.",
};
inline constexpr MetricSpec kProcessCpu{
    .name = "process_cpu_seconds_total",
    .kind = MetricKind::counter,
    .label = {},
    .help = "CPU time of the process, user and system.",
};
inline constexpr MetricSpec kProcessFiles{
    .name = "process_open_fds",
    .kind = MetricKind::gauge,
    .label = {},
    .help = "Open file descriptors.",
};

inline constexpr MetricSpec kProcessStart{
    .name = "process_start_time_seconds",
    .kind = MetricKind::gauge,
    .label = {},
    .help = "Start of the process, in seconds since 1970.",
};
inline constexpr MetricSpec kProcessFilesMax{
    .name = "process_max_fds",
    .kind = MetricKind::gauge,
    .label = {},
    .help = "Most file descriptors that may be open.",
};
inline constexpr MetricSpec kHealthFailing{
    .name = "flightcast_health_failing",
    .kind = MetricKind::gauge,
    .label = "check",
    .help = "1 while a check of /readyz fails that makes the process unready, else 0.",
};
inline constexpr MetricSpec kHealthNotes{
    .name = "flightcast_health_notes",
    .kind = MetricKind::gauge,
    .label = "check",
    .help = "1 while a note of /readyz says that an operator should know something, else 0.",
};
inline constexpr MetricSpec kDataBytes{
    .name = "flightcast_data_bytes",
    .kind = MetricKind::gauge,
    .label = "file",
    .help = "Size of the data folder's database and of its write-ahead log.",
};
inline constexpr MetricSpec kDataFreeBytes{
    .name = "flightcast_data_free_bytes",
    .kind = MetricKind::gauge,
    .label = {},
    .help = "Room that the data folder's disk has left for this user.",
};
inline constexpr MetricSpec kCertificateExpiry{
    .name = "flightcast_certificate_expiry_timestamp_seconds",
    .kind = MetricKind::gauge,
    .label = {},
    .help = "End of the TLS certificate's validity, in seconds since 1970.",
};
inline constexpr MetricSpec kStageRetries{
    .name = "flightcast_stage_retries_total",
    .kind = MetricKind::counter,
    .label = "stage",
    .help = "Failures of a stage, each followed by a pause and another try.",
};
inline constexpr MetricSpec kStageFailing{
    .name = "flightcast_stage_failing",
    .kind = MetricKind::gauge,
    .label = "stage",
    .help = "Failures of a stage since its last success; the pause grows with them, up to 5 s.",
};
inline constexpr MetricSpec kCommitSeconds{
    .name = "flightcast_commit_seconds",
    .kind = MetricKind::histogram,
    .label = "durable",
    .help = "Time to commit what waits for the log of the data folder; durable ones are flushed.",
    .bounds = kLatencyBounds,
};
inline constexpr MetricSpec kCheckpointSeconds{
    .name = "flightcast_checkpoint_seconds",
    .kind = MetricKind::histogram,
    .label = {},
    .help = "Time to move the write-ahead log into the database.",
    .bounds = kLatencyBounds,
};
inline constexpr MetricSpec kStoreSeconds{
    .name = "flightcast_store_seconds",
    .kind = MetricKind::histogram,
    .label = "call",
    .help = "Time of calls to the store: put, find, trim.",
    .bounds = kLatencyBounds,
};
inline constexpr MetricSpec kStoreErrors{
    .name = "flightcast_store_errors_total",
    .kind = MetricKind::counter,
    .label = "call",
    .help = "Calls to the store that failed: put, find, trim.",
};

inline constexpr MetricSpec kSpans{
    .name = "flightcast_spans_total",
    .kind = MetricKind::counter,
    .label = "outcome",
    .help = "Spans of traces: sent to the collector, dropped because it took none.",
};

inline constexpr MetricSpec kKafkaRequests{
    .name = "flightcast_kafka_requests_total",
    .kind = MetricKind::counter,
    .label = "client",
    .help = "Requests that Kafka clients sent to brokers: producer, consumer.",
};
inline constexpr MetricSpec kKafkaErrors{
    .name = "flightcast_kafka_errors_total",
    .kind = MetricKind::counter,
    .label = "client",
    .help = "Requests to brokers that failed or timed out, by client.",
};
inline constexpr MetricSpec kKafkaRetries{
    .name = "flightcast_kafka_retries_total",
    .kind = MetricKind::counter,
    .label = "client",
    .help = "Requests to brokers that were sent again, by client.",
};
inline constexpr MetricSpec kKafkaRoundTrip{
    .name = "flightcast_kafka_round_trip_seconds",
    .kind = MetricKind::histogram,
    .label = "client",
    .help = "Mean time from a request to a broker's answer, every few seconds for each broker.",
    .bounds = kLatencyBounds,
};
inline constexpr MetricSpec kKafkaWaiting{
    .name = "flightcast_kafka_waiting_records",
    .kind = MetricKind::gauge,
    .label = "client",
    .help = "Records that wait in a Kafka client to be sent.",
};

inline constexpr std::array kMetricTable = {
    kRequests,
    kHttpResponses,
    kOutcomes,
    kSetAside,
    kPushes,
    kStageSeconds,
    kBatchRecords,
    kConnections,
    kWaiters,
    kQueueRecords,
    kLagRecords,
    kCacheBytes,
    kDropped,
    kSocketIo,
    kEngineErrors,
    kModelInfo,
    kModelReloads,
    kBuildInfo,
    kProcessMemory,
    kProcessCpu,
    kProcessFiles,
    kEvaluatorHolds,
    kModelJudged,
    kModelAccuracy,
    kModelLogLoss,
    kModelCalibration,
    kModelLabelDelay,
    kProcessStart,
    kProcessFilesMax,
    kHealthFailing,
    kHealthNotes,
    kDataBytes,
    kDataFreeBytes,
    kCertificateExpiry,
    kStageRetries,
    kStageFailing,
    kCommitSeconds,
    kCheckpointSeconds,
    kStoreSeconds,
    kStoreErrors,
    kKafkaRequests,
    kKafkaErrors,
    kKafkaRetries,
    kKafkaRoundTrip,
    kKafkaWaiting,
    kModelExpectedAccuracy,
    kDriftFromTraining,
    kDriftFromLastWeek,
    kPartitionLag,
    kSpans,
};

}  // namespace flightcast::telemetry
