// SPDX-License-Identifier: Apache-2.0
#include "app/serve/backend.h"

#include <unistd.h>

#include <algorithm>
#include <expected>
#include <filesystem>
#include <span>
#include <string>
#include <system_error>
#include <utility>

#include "app/serve/stage_names.h"
#include "app/serve/stage_traces.h"
#include "base/limits_history.h"
#include "drift/report_json.h"
#include "eventlog/embedded.h"
#include "models/bundled.h"
#include "pipeline/upkeep.h"

namespace flightcast::app::serve {

using base::Result;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds kRetentionEvery = std::chrono::minutes(1);
constexpr milliseconds kHistoryTrimEvery = std::chrono::seconds(1);
constexpr milliseconds kDataLookEvery = std::chrono::seconds(1);
constexpr milliseconds kLagEvery = std::chrono::seconds(1);
constexpr auto kLastWords = std::chrono::seconds(4);
constexpr std::size_t kHistoryTrimMax = 200;  // rows of each list: a pause of a millisecond
constexpr std::size_t kStoreTrimMax = 1'000;  // outcomes removed at once: a pause of milliseconds

std::vector<telemetry::Counter> outcome_counters(telemetry::Metrics& metrics) {
    std::vector<telemetry::Counter> counters;
    for (std::size_t i = 0; i < flight::kClassCount; ++i) {
        counters.push_back(metrics.counter(telemetry::kOutcomes, std::to_string(i)));
    }
    counters.push_back(metrics.counter(telemetry::kOutcomes, "failed"));
    return counters;
}

// The trace that a record belongs to: that of its header "traceparent" (00-TRACE-SPAN-FLAGS), else
// the id of its request, which has the form of one.
std::string trace_of(const eventlog::Record& record, const std::optional<base::Uuid>& id) {
    constexpr std::size_t kStart = 3;
    constexpr std::size_t kDigits = 32;
    for (const eventlog::Header& header : record.headers) {
        const bool has_trace =
            header.name == "traceparent" && header.value.size() > kStart + kDigits;
        if (has_trace) return header.value.substr(kStart, kDigits);
    }
    std::string trace = id ? id->to_string() : "";
    std::erase(trace, '-');
    return trace;
}

// Where predictions wait for which memory has no room: in the data folder, else among the temporary
// files.
std::filesystem::path waiting_file(const Deployment& deployment) {
    constexpr const char* kName = "waiting.db";
    if (deployment.folder) return deployment.folder->database().parent_path() / kName;
    std::error_code ignored;
    return std::filesystem::temp_directory_path(ignored) /
           ("flightcast-" + std::to_string(::getpid()) + "-" + kName);
}

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

}  // namespace

Backend::Backend(BackendParts parts)
    : parts_(std::move(parts)),
      outcomes_(outcome_counters(parts_.metrics)),
      refused_by_store_(parts_.metrics.counter(telemetry::kSetAside, "store")),
      refused_by_topic_(parts_.metrics.counter(telemetry::kSetAside, "topic")),
      stages_(stages()) {}

Backend::~Backend() = default;

scoring::ArchiverOrReason Backend::archiver() {
    const Deployment& deployment = parts_.deployment;
    if (deployment.store == nullptr) return std::unexpected("no store was named (--mongo)");
    if (parts_.options.archive == options::Archive::off) {
        return std::unexpected("another program stores outcomes");
    }
    return scoring::ArchiverParts{
        .store = *deployment.store,
        .clock = parts_.clock,
        .place = deployment.store_place,
        .on_refused = [this](const flight::Outcome& outcome, const std::string& reason) {
            tell_refused(outcome, reason);
        }
    };
}

judging::EvaluatorOrReason Backend::evaluator() {
    if (!parts_.arrivals_off.empty()) return std::unexpected(parts_.arrivals_off);
    const options::ServeOptions& options = parts_.options;
    return judging::EvaluatorParts{
        .options =
            {.topics = {},
             .zone = parts_.zone,
             .horizon = options.arrival_horizon,
             .sources = options.ranked_sources(),
             .open_file =
                 [file = waiting_file(parts_.deployment)] {
                     return judging::WaitingFile::open(file, base::limits::kSpillBytesMax);
                 }},
        .clock = parts_.clock,
        .on_counts = [this](const judging::EvaluatorCounts& counts) { tell_evaluator(counts); }
    };
}

// Why challengers are not asked and judged here; empty: they are.
std::string Backend::experiments_off() const {
    if (parts_.registry == nullptr) return "no registry of models";
    return parts_.registry->off();
}

experiment::ShadowOrReason Backend::shadow() {
    if (std::string off = experiments_off(); !off.empty()) return std::unexpected(std::move(off));
    return experiment::ShadowParts{
        .challengers = [registry = parts_.registry] { return registry->challengers(); },
        .clock = parts_.clock,
        .zone = parts_.zone,
        .on_dropped =
            [this, count = parts_.metrics.counter(telemetry::kDropped, "challengers")](
                const experiment::DroppedModel& dropped
            ) {
                count.add();
                parts_.logger.error(
                    "a challenger is asked no more",
                    {{"challenger", dropped.model}, {"reason", dropped.reason}}
                );
            }
    };
}

experiment::DeciderOrReason Backend::decider() {
    if (std::string off = experiments_off(); !off.empty()) return std::unexpected(std::move(off));
    if (!parts_.arrivals_off.empty()) return std::unexpected(parts_.arrivals_off);
    auto bundled = models::load_model({});
    if (!bundled) return std::unexpected(bundled.error().detail);
    return experiment::DeciderParts{
        .bundled = std::string(bundled->model_id()),
        .clock = parts_.clock,
        .random = decider_random_,
        .on_status = [registry = parts_.registry](
                         std::string json
                     ) { registry->note_status(std::move(json)); },
        .on_decided =
            [logger = parts_.logger](const registry::Record& record) mutable {
                const auto& decided = std::get<registry::ExperimentDecided>(record.event);
                logger.warning(
                    decided.sets ? "a decision about models: another one comes into use"
                                 : "a decision about models",
                    {{"decision", registry::name_of(decided.decision)},
                     {"model", decided.model},
                     {"reason", record.reason}}
                );
            }
    };
}

history::HistorianOrReason Backend::historian() {
    if (!parts_.arrivals_off.empty()) return std::unexpected(parts_.arrivals_off);
    const Deployment& deployment = parts_.deployment;
    if (deployment.history == nullptr) {
        return std::unexpected("arrivals are kept in the data folder's store only, not in MongoDB");
    }
    if (parts_.options.archive == options::Archive::off) {
        return std::unexpected("another program stores outcomes");
    }
    return history::HistorianParts{.store = *deployment.history, .place = deployment.store_place};
}

drift::DriftOrReason Backend::drift() {
    if (parts_.options.response_fields == options::ResponseFields::original) {
        return std::unexpected("responses have the fields of the original alone");
    }
    if (!parts_.arrivals_off.empty()) return std::unexpected(parts_.arrivals_off);
    drift_teller_ = std::make_unique<drift::Teller>(parts_.metrics, parts_.logger);
    return drift::DriftParts{
        .reference = [this] { return parts_.model.reference(); },
        .zone = parts_.zone,
        .on_report =
            [this](const drift::Report& report) {
                drift_teller_->tell(report);
                if (parts_.registry != nullptr)
                    parts_.registry->note_drift(drift::drift_json(report));
            }
    };
}

void Backend::tell_evaluator(const judging::EvaluatorCounts& counts) {
    telemetry::Metrics& metrics = parts_.metrics;
    const auto set = [&metrics](const char* state, std::size_t value) {
        metrics.gauge(telemetry::kEvaluatorHolds, state).set(static_cast<double>(value));
    };
    set("waiting", counts.waiting);
    set("evaluated", counts.judged);
    set("unmatched", counts.unmatched);
    set("in_file", counts.in_file);
    if (parts_.on_judging) parts_.on_judging(counts);
    if (counts.in_file > 0 && !has_told_file_) {
        has_told_file_ = true;
        parts_.logger.warning(
            "more predictions wait for arrivals than fit into memory: the oldest wait in a file",
            {{"file", waiting_file(parts_.deployment).string()}}
        );
    }
    if (counts.forgotten == forgotten_) return;
    metrics.counter(telemetry::kDropped, "waiting_predictions")
        .raise_to(static_cast<double>(counts.forgotten));
    if (forgotten_ == 0) {
        parts_.logger.warning(
            "more predictions wait for arrivals than there is room for: the oldest are not judged",
            {{"bytes", counts.bytes}, {"reason", counts.file_trouble}}
        );
    }
    forgotten_ = counts.forgotten;
}

stages::Resources Backend::resources() {
    return {
        .scorer = scoring::ScorerParts{
            .model = [this] { return parts_.model.snapshot(); },
            .clock = parts_.clock,
            .fields = parts_.options.response_fields,
            .zone = parts_.zone,
            .answer_delay = parts_.options.age_when_answered(),
            .log_place = parts_.deployment.log_place,
            .on_outcome = [this](std::optional<std::size_t> predicted) { count(predicted); },
            .on_failure = [this](
                              const flight::Failure& failure, const eventlog::Record& record
                          ) { tell_failure(failure, record); },
            .follows_arrivals = parts_.arrivals_off.empty(),
            .arrival_ranks = arrival::SourceRanks(parts_.options.ranked_sources())
        },
        .archiver = archiver(),
        .evaluator = evaluator(),
        .shadow = shadow(),
        .decider = decider(),
        .historian = historian(),
        .drift = drift()
    };
}

std::vector<pipeline::StageSpec> Backend::stages() {
    auto stages = stages::stage_table(stage_names(parts_.options), resources());
    if (parts_.tracer != nullptr) {
        trace_stages(stages, *parts_.tracer, parts_.clock, parts_.options.topics());
    }
    return stages;
}

Result<std::unique_ptr<Backend>> Backend::start(BackendParts parts) {
    std::unique_ptr<Backend> backend(new Backend(std::move(parts)));
    FC_TRY_VOID(backend->open());
    backend->say_where_it_begins();
    for (const auto& thread : backend->threads_) thread->start();
    return backend;
}

Result<void> Backend::open() {
    FC_TRY(
        pipeline_,
        pipeline::Pipeline::open(
            {.log = *parts_.deployment.log,
             .stages = stages_,
             .chores =
                 {{kRetentionEvery, [this] { trim_log(); }},
                  {kRetentionEvery, [this] { trim_store(); }},
                  {kHistoryTrimEvery, [this] { trim_history(); }},
                  {kLagEvery,
                   [this] {
                       pipeline::publish_lag(*parts_.deployment.log, stages_, parts_.metrics);
                   }},
                  {kDataLookEvery,
                   [this] {
                       if (parts_.look) parts_.look();
                   }}},
             .instance_id = parts_.instance_id,
             .clock = parts_.clock,
             .random = parts_.random,
             .metrics = parts_.metrics,
             .logger = parts_.logger,
             .on_end = parts_.on_end,
             .on_set_aside = [this](const eventlog::NewRecord& refused, const base::Error& cause) {
                 note_refused(refused_by_topic_, "topic '" + refused.topic + "': " + cause.detail);
             }}
        )
    );
    for (const auto& worker : pipeline_->workers()) {
        threads_.push_back(std::make_unique<pipeline::StepThread>(*worker, parts_.clock));
    }
    return {};
}

// The first worker, which commits an embedded log, is the last to end (pipeline.h).
void Backend::stop(std::chrono::microseconds patience) {
    if (ends_by_ != base::SteadyTime::max()) return;
    const base::SteadyTime deadline = parts_.clock.steady_now() + patience;
    ends_by_ = deadline + kLastWords;
    for (std::size_t i = 1; i <= threads_.size(); ++i) {
        const auto left = deadline - parts_.clock.steady_now();
        threads_[i % threads_.size()]->stop(std::max(left, base::SteadyTime::duration::zero()));
    }
    pipeline_->end_by(ends_by_);
}

void Backend::say_where_it_begins() const {
    for (const pipeline::StageSpec& stage : stages_) {
        if (!stage.is_on()) {
            parts_.logger.info(stage.name + ": off, " + stage.off);
            continue;
        }
        std::vector<telemetry::LogField> fields;
        for (const auto& [key, value] : stage.details) fields.emplace_back(key, value);
        if (!stage.group.empty()) fields.emplace_back("group", stage.group);
        // A fold has no topics of a group, and writes none.
        const bool is_fold = stage.topics.empty() && stage.follows;
        std::string text =
            stage.name + ": " + joined(is_fold ? stage.follows->topics : stage.topics);
        if (!stage.writes.empty()) text += " -> " + joined(stage.writes);
        parts_.logger.info(text, std::span<const telemetry::LogField>(fields));
    }
}

void Backend::count(std::optional<std::size_t> predicted) const {
    outcomes_[predicted.value_or(flight::kClassCount)].add();
}

void Backend::tell_refused(const flight::Outcome& outcome, const std::string& reason) {
    parts_.logger.warning(
        "the store refuses an outcome for good; it is set aside",
        {{"request", outcome.id.to_string()}, {"reason", reason}}
    );
    note_refused(refused_by_store_, "the store: " + reason);
}

// Few a minute are written (telemetry), so a flood of bad records fills no disk.
void Backend::tell_failure(const flight::Failure& failure, const eventlog::Record& record) {
    parts_.logger.warning(
        "a request cannot be scored; it is a dead letter",
        {{"request", failure.id ? failure.id->to_string() : ""},
         {"trace", trace_of(record, failure.id)},
         {"cause", failure.reason},
         {"reason", failure.message},
         {"topic", failure.topic},
         {"offset", failure.offset}}
    );
}

void Backend::note_refused(const telemetry::Counter& counter, const std::string& reason) {
    counter.add();
    if (parts_.on_refused) parts_.on_refused(reason, ++refused_count_);
}

RetentionTimes Backend::retention() const {
    return parts_.retention == nullptr ? retention_of(parts_.options) : parts_.retention->get();
}

void Backend::trim_log() {
    eventlog::Embedded* const log = parts_.deployment.log->embedded();
    if (log == nullptr) return;
    const RetentionTimes times = retention();
    const auto trimmed = log->trim(
        pipeline::retention_of(
            {.age = times.log, .bytes_max = times.log_bytes},
            stages::topic_table(parts_.options.topics()),
            stages_
        )
    );
    if (!trimmed) {
        parts_.logger.warning("cannot trim the log", {{"reason", trimmed.error().detail}});
        return;
    }
    if (!trimmed->held_back) return;
    parts_.logger.warning(
        "the log is larger than --log-retention-bytes: a group has not read its records",
        {{"group", trimmed->held_back->group},
         {"topic", trimmed->held_back->at.topic},
         {"records", trimmed->held_back->records},
         {"bytes", trimmed->bytes}}
    );
}

void Backend::trim_store() {
    if (parts_.deployment.store == nullptr) return;
    const RetentionTimes times = retention();
    if (times.store == milliseconds::zero()) return;
    const base::WallTime oldest = parts_.clock.wall_now() - times.store;
    const auto forgotten = parts_.deployment.store->trim(oldest, kStoreTrimMax);
    if (!forgotten) {
        parts_.logger.warning("cannot trim the store", {{"reason", forgotten.error().detail}});
    }
}

// As long as the topics, and a little longer: what a topic still has is known in the store.
void Backend::trim_history() {
    if (parts_.deployment.history == nullptr) return;
    const base::WallTime now = parts_.clock.wall_now();
    const auto removed = parts_.deployment.history->trim(
        {.arrivals = now - base::limits::kArrivalRetention - base::limits::kHistorySlack,
         .evaluations = now - base::limits::kEvaluationRetention - base::limits::kHistorySlack},
        kHistoryTrimMax
    );
    if (!removed) {
        parts_.logger.warning("cannot trim the store", {{"reason", removed.error().detail}});
    }
}

}  // namespace flightcast::app::serve
