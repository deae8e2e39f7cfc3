// SPDX-License-Identifier: Apache-2.0
#include "app/backend.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

namespace flightcast::app {

using base::Result;
using eventlog::NewRecord;
using eventlog::Record;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds kRetentionEvery = std::chrono::minutes(1);
constexpr milliseconds kLagEvery = std::chrono::seconds(1);
constexpr milliseconds kArchivePace{50};  // who polls comes once a second; the rest has the cache
constexpr std::size_t kStoreTrimMax = 1'000;  // outcomes removed at once: a pause of milliseconds

scoring::Model model_of(const features::Predictor& predictor) {
    return {
        .id = std::string(predictor.model_id()),
        .score = [&predictor](const flight::Request& request) { return predictor.score(request); }
    };
}

scoring::ScorerOptions scorer_options(const ServeOptions& options, flight::TimeZone zone) {
    return {
        .response_topic = options.response_topic,
        .dead_letter_topic = options.dead_letter_topic,
        .fields = options.response_fields,
        .zone = zone
    };
}

std::string instance_of(const ServeOptions& options) {
    if (!options.instance_id.empty()) return options.instance_id;
    std::array<char, 256> host{};
    ::gethostname(host.data(), host.size() - 1);
    return std::string(host.data()) + "-serve-" + std::to_string(options.port);
}

}  // namespace

Backend::Backend(BackendParts parts)
    : parts_(std::move(parts)),
      scorer_(
          model_of(parts_.predictor),
          parts_.clock,
          scorer_options(parts_.options, parts_.zone),
          [this](std::optional<std::size_t> predicted) { count(predicted); }
      ),
      archiver_(*parts_.data.store, parts_.options.response_topic) {
    for (std::size_t i = 0; i < flight::kClassCount; ++i) {
        outcomes_.push_back(parts_.metrics.counter(telemetry::kOutcomes, std::to_string(i)));
    }
    outcomes_.push_back(parts_.metrics.counter(telemetry::kOutcomes, "failed"));
}

Result<std::unique_ptr<Backend>> Backend::start(BackendParts parts) {
    std::unique_ptr<Backend> backend(new Backend(std::move(parts)));
    FC_TRY_VOID(backend->join());
    backend->say_where_it_begins();
    backend->engine_->start();
    return backend;
}

Result<void> Backend::join() {
    const ServeOptions& options = parts_.options;
    eventlog::local::LocalLog& log = *parts_.data.log;
    const std::string instance = instance_of(options);
    FC_TRY(
        scorer_reader_,
        log.join_group(
            {.group = kScorerGroup, .topics = {options.request_topic}, .instance_id = instance}
        )
    );
    FC_TRY(
        archiver_reader_,
        log.join_group(
            {.group = kArchiverGroup,
             .topics = {options.response_topic, options.dead_letter_topic},
             .instance_id = instance}
        )
    );
    const auto score = [this](
                           const std::vector<Record>& records
                       ) -> Result<std::vector<NewRecord>> { return scorer_.process(records); };
    const auto archive = [this](const std::vector<Record>& records) {
        return archiver_.process(records);
    };
    scorer_stage_.emplace(*scorer_reader_, timed("score", score), parts_.clock);
    archiver_stage_.emplace(*archiver_reader_, timed("archive", archive), parts_.clock);
    engine_ = std::make_unique<Engine>(
        log,
        std::vector<EngineStage>{
            {"scorer", *scorer_stage_, *scorer_reader_},
            {"archiver", *archiver_stage_, *archiver_reader_, kArchivePace}
        },
        std::vector<Chore>{
            {kRetentionEvery, [this] { trim(); }}, {kLagEvery, [this] { publish_lag(); }}
        },
        parts_.clock,
        parts_.logger
    );
    return {};
}

void Backend::say_where_it_begins() const {
    const ServeOptions& options = parts_.options;
    parts_.logger.info(
        "scorer: " + options.request_topic + " -> " + options.response_topic + ", " +
            options.dead_letter_topic,
        {{"model", parts_.predictor.model_id()}, {"group", kScorerGroup}}
    );
    parts_.logger.info(
        "archiver: " + options.response_topic + ", " + options.dead_letter_topic + " -> store",
        {{"file", parts_.data.folder.database().string()}, {"group", kArchiverGroup}}
    );
}

void Backend::count(std::optional<std::size_t> predicted) const {
    outcomes_[predicted.value_or(flight::kClassCount)].add();
}

scoring::Process Backend::timed(std::string_view stage, scoring::Process process) const {
    const telemetry::Histogram seconds = parts_.metrics.histogram(telemetry::kStageSeconds, stage);
    const telemetry::Histogram batch = parts_.metrics.histogram(telemetry::kBatchRecords, stage);
    return
        [this, seconds, batch, process = std::move(process)](const std::vector<Record>& records) {
            const base::SteadyTime begin = parts_.clock.steady_now();
            auto outputs = process(records);
            seconds.observe(parts_.clock.steady_now() - begin);
            batch.observe(static_cast<double>(records.size()));
            return outputs;
        };
}

void Backend::trim() {
    const ServeOptions& options = parts_.options;
    const auto removed = parts_.data.log->trim(
        {.age = options.log_retention,
         .bytes_max = options.log_retention_bytes,
         .behind_groups = {kScorerGroup, kArchiverGroup}}
    );
    if (!removed)
        parts_.logger.warning("cannot trim the log", {{"reason", removed.error().detail}});
    if (options.store_retention == milliseconds::zero()) return;
    const base::WallTime oldest = parts_.clock.wall_now() - options.store_retention;
    const auto forgotten = parts_.data.store->trim(oldest, kStoreTrimMax);
    if (!forgotten) {
        parts_.logger.warning("cannot trim the store", {{"reason", forgotten.error().detail}});
    }
}

Result<double> Backend::lag_of(const std::string& group, const std::vector<std::string>& topics) {
    eventlog::Admin& admin = parts_.data.log->admin();
    FC_TRY(const std::vector<eventlog::Position> committed, admin.committed(group));
    std::int64_t lag = 0;
    for (const std::string& topic : topics) {
        FC_TRY(const eventlog::TopicDescription description, admin.describe(topic));
        for (const eventlog::PartitionRange& range : description.partitions) {
            const eventlog::TopicPartition at{topic, range.partition};
            const auto place = std::ranges::find(committed, at, &eventlog::Position::at);
            const eventlog::Offset next = place == committed.end() ? range.first : place->next;
            lag += range.end.value() - next.value();
        }
    }
    return static_cast<double>(lag);
}

void Backend::publish_lag() {
    const ServeOptions& options = parts_.options;
    using telemetry::kLagRecords;
    if (const auto lag = lag_of(kScorerGroup, {options.request_topic})) {
        parts_.metrics.gauge(kLagRecords, "scorer").set(*lag);
    }
    if (const auto lag =
            lag_of(kArchiverGroup, {options.response_topic, options.dead_letter_topic})) {
        parts_.metrics.gauge(kLagRecords, "archiver").set(*lag);
    }
    parts_.metrics.gauge(telemetry::kQueueRecords, "append")
        .set(static_cast<double>(parts_.data.log->queued_records()));
}

}  // namespace flightcast::app
