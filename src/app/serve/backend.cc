// SPDX-License-Identifier: Apache-2.0
#include "app/serve/backend.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/random.h"

namespace flightcast::app::serve {

using base::Result;
using eventlog::NewRecord;
using eventlog::Record;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds kRetentionEvery = std::chrono::minutes(1);
constexpr milliseconds kLagEvery = std::chrono::seconds(1);
constexpr milliseconds kArchivePace{50};  // who polls comes once a second; the rest has the cache
constexpr std::size_t kStoreTrimMax = 1'000;  // outcomes removed at once: a pause of milliseconds

scoring::ScorerOptions scorer_options(const options::ServeOptions& options, flight::TimeZone zone) {
    return {
        .response_topic = options.response_topic,
        .dead_letter_topic = options.dead_letter_topic,
        .fields = options.response_fields,
        .zone = zone
    };
}

}  // namespace

Backend::Backend(BackendParts parts)
    : parts_(std::move(parts)),
      wanted_(parts_.options.archive != options::Archive::off),
      scorer_(
          [this] { return parts_.model.snapshot(); },
          parts_.clock,
          scorer_options(parts_.options, parts_.zone),
          [this](std::optional<std::size_t> predicted) { count(predicted); }
      ) {
    if (archives()) archiver_.emplace(*parts_.deployment.store(), parts_.options.response_topic);
    for (std::size_t i = 0; i < flight::kClassCount; ++i) {
        outcomes_.push_back(parts_.metrics.counter(telemetry::kOutcomes, std::to_string(i)));
    }
    outcomes_.push_back(parts_.metrics.counter(telemetry::kOutcomes, "failed"));
}

Result<std::unique_ptr<Backend>> Backend::start(BackendParts parts) {
    std::unique_ptr<Backend> backend(new Backend(std::move(parts)));
    FC_TRY_VOID(backend->join());
    backend->make_engines();
    backend->say_where_it_begins();
    for (Engine* const engine : backend->engines()) engine->start();
    return backend;
}

void Backend::stop(std::chrono::microseconds patience) {
    for (Engine* const engine : engines()) engine->stop(patience);
}

std::vector<Engine*> Backend::engines() const {
    std::vector<Engine*> all = {engine_.get(), archive_engine_.get(), chore_engine_.get()};
    std::erase(all, nullptr);
    return all;
}

Result<void> Backend::join() {
    const options::ServeOptions& options = parts_.options;
    eventlog::EventLog& log = parts_.deployment.log();
    FC_TRY(
        scorer_reader_,
        log.join_group(
            {.group = options.scorer_group,
             .topics = {options.request_topic},
             .instance_id = parts_.instance_id}
        )
    );
    const auto score = [this](
                           const std::vector<Record>& records
                       ) -> Result<std::vector<NewRecord>> { return scorer_.process(records); };
    base::SystemRandom random;
    scorer_stage_.emplace(
        *scorer_reader_,
        timed("score", score),
        parts_.clock,
        scoring::StageOptions{.seed = random.next()}
    );
    if (!archives()) return {};
    FC_TRY(
        archiver_reader_,
        log.join_group(
            {.group = options.archiver_group,
             .topics = {options.response_topic, options.dead_letter_topic},
             .instance_id = parts_.instance_id}
        )
    );
    const auto archive = [this](const std::vector<Record>& records) {
        return archiver_->process(records);
    };
    archiver_stage_.emplace(
        *archiver_reader_,
        timed("archive", archive),
        parts_.clock,
        scoring::StageOptions{.seed = random.next()}
    );
    return {};
}

void Backend::make_engines() {
    EngineParts parts{
        .log = parts_.deployment.local_log.get(),
        .stages = {{"scorer", *scorer_stage_, *scorer_reader_}},
        .chores = {{kRetentionEvery, [this] { trim(); }}, {kLagEvery, [this] { publish_lag(); }}},
        .clock = parts_.clock,
        .logger = parts_.logger,
        .on_end = parts_.on_end
    };
    if (archives()) {
        EngineStage archiver{"archiver", *archiver_stage_, *archiver_reader_, kArchivePace};
        if (parts.log != nullptr && parts_.deployment.mongo == nullptr) {
            parts.stages.push_back(std::move(archiver));
        } else {
            archive_engine_ = std::make_unique<Engine>(EngineParts{
                .stages = {std::move(archiver)},
                .chores = {},
                .clock = parts_.clock,
                .logger = parts_.logger,
                .on_end = parts_.on_end
            });
        }
    }
    if (parts_.deployment.kafka != nullptr) {
        // Asking a broker for positions waits for its answer: not on the scorer's thread.
        chore_engine_ = std::make_unique<Engine>(EngineParts{
            .stages = {},
            .chores = std::exchange(parts.chores, {}),
            .clock = parts_.clock,
            .logger = parts_.logger,
            .on_end = {}
        });
    }
    engine_ = std::make_unique<Engine>(std::move(parts));
}

void Backend::say_where_it_begins() const {
    const options::ServeOptions& options = parts_.options;
    parts_.logger.info(
        "scorer: " + options.request_topic + " -> " + options.response_topic + ", " +
            options.dead_letter_topic,
        {{"log", parts_.deployment.log_place},
         {"model", parts_.model.snapshot()->id},
         {"group", options.scorer_group}}
    );
    if (!archives()) {
        const bool has_store = parts_.deployment.store() != nullptr;
        parts_.logger.info(
            has_store ? "archiver: off, another program stores outcomes"
                      : "archiver: off, no store was named (--mongo)"
        );
        return;
    }
    parts_.logger.info(
        "archiver: " + options.response_topic + ", " + options.dead_letter_topic + " -> store",
        {{"store", parts_.deployment.store_place}, {"group", options.archiver_group}}
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
    if (parts_.deployment.local_log != nullptr) trim_log();
    if (parts_.deployment.local_store != nullptr) trim_store();
}

void Backend::trim_log() {
    const options::ServeOptions& options = parts_.options;
    const auto removed = parts_.deployment.local_log->trim(
        {.age = options.log_retention,
         .bytes_max = options.log_retention_bytes,
         .behind_groups = {options.scorer_group, options.archiver_group}}
    );
    if (!removed) {
        parts_.logger.warning("cannot trim the log", {{"reason", removed.error().detail}});
    }
}

void Backend::trim_store() {
    if (parts_.options.store_retention == milliseconds::zero()) return;
    const base::WallTime oldest = parts_.clock.wall_now() - parts_.options.store_retention;
    const auto forgotten = parts_.deployment.local_store->trim(oldest, kStoreTrimMax);
    if (!forgotten) {
        parts_.logger.warning("cannot trim the store", {{"reason", forgotten.error().detail}});
    }
}

Result<double> Backend::lag_of(const std::string& group, const std::vector<std::string>& topics) {
    eventlog::Admin& admin = parts_.deployment.log().admin();
    FC_TRY(const std::vector<eventlog::Position> committed, admin.committed(group, topics));
    std::int64_t lag = 0;
    for (const std::string& topic : topics) {
        FC_TRY(const std::vector<eventlog::PartitionRange> ranges, admin.ranges(topic));
        for (const eventlog::PartitionRange& range : ranges) {
            const eventlog::TopicPartition at{topic, range.partition};
            const auto place = std::ranges::find(committed, at, &eventlog::Position::at);
            const eventlog::Offset next = place == committed.end() ? range.first : place->next;
            lag += range.end.value() - next.value();
        }
    }
    return static_cast<double>(lag);
}

void Backend::publish_lag() {
    const options::ServeOptions& options = parts_.options;
    using telemetry::kLagRecords;
    if (const auto lag = lag_of(options.scorer_group, {options.request_topic})) {
        parts_.metrics.gauge(kLagRecords, "scorer").set(*lag);
    }
    if (archives()) {
        const auto lag =
            lag_of(options.archiver_group, {options.response_topic, options.dead_letter_topic});
        if (lag) parts_.metrics.gauge(kLagRecords, "archiver").set(*lag);
    }
    const Deployment& deployment = parts_.deployment;
    const std::size_t queued = deployment.kafka != nullptr ? deployment.kafka->records_in_flight()
                                                           : deployment.local_log->queued_records();
    parts_.metrics.gauge(telemetry::kQueueRecords, "append").set(static_cast<double>(queued));
}

}  // namespace flightcast::app::serve
