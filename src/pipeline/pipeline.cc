// SPDX-License-Identifier: Apache-2.0
#include "pipeline/pipeline.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/check.h"
#include "eventlog/lag.h"
#include "eventlog/positions.h"
#include "eventlog/replay.h"
#include "pipeline/read_out.h"

namespace flightcast::pipeline {

using base::Result;
using eventlog::Record;

namespace {

// It may have some, and not know yet where to read in them.
bool has_partitions(const eventlog::GroupReader& reader) {
    return !reader.positions().empty() || !reader.has_all_positions();
}

}  // namespace

// A stage at work: what of it reads a group, and what follows without one.
struct Pipeline::Running {
    StageSpec spec;
    std::unique_ptr<Feed> feed{};
    std::unique_ptr<eventlog::GroupReader> reader{};
    std::unique_ptr<Stage> stage{};
};

Pipeline::Pipeline(PipelineParts parts) : parts_(std::move(parts)) {}
Pipeline::~Pipeline() = default;

Result<std::unique_ptr<Pipeline>> Pipeline::open(PipelineParts parts) {
    std::unique_ptr<Pipeline> pipeline(new Pipeline(std::move(parts)));
    for (const StageSpec& spec : pipeline->parts_.stages) {
        if (spec.is_on()) FC_TRY_VOID(pipeline->start_stage(spec));
    }
    pipeline->make_workers();
    return pipeline;
}

// Measures the work of a stage. Only what is measured is known here; a stage reads no clock.
Work Pipeline::timed(const StageSpec& spec) const {
    const auto seconds = parts_.metrics.histogram(telemetry::kStageSeconds, spec.verb);
    const auto batch = parts_.metrics.histogram(telemetry::kBatchRecords, spec.verb);
    return [&clock = parts_.clock, seconds, batch, work = spec.work](
               const std::vector<Record>& records
           ) {
        const base::SteadyTime begin = clock.steady_now();
        auto outputs = work(records);
        seconds.observe(clock.steady_now() - begin);
        batch.observe(static_cast<double>(records.size()));
        return outputs;
    };
}

// Counts a stage's failures where operators see them.
std::function<void(std::size_t)> Pipeline::failures_of(const StageSpec& spec) const {
    const auto retries = parts_.metrics.counter(telemetry::kStageRetries, spec.verb);
    const auto failing = parts_.metrics.gauge(telemetry::kStageFailing, spec.verb);
    return [retries, failing](std::size_t failures) {
        if (failures > 0) retries.add();
        failing.set(static_cast<double>(failures));
    };
}

// Tells of each record that is set aside; none where nothing can be.
eventlog::SetAside Pipeline::told(const StageSpec& spec) const {
    if (!spec.set_aside || !parts_.on_set_aside) return spec.set_aside;
    return
        [set_aside = spec.set_aside,
         tell = parts_.on_set_aside](const eventlog::NewRecord& refused, const base::Error& cause) {
            std::optional<eventlog::NewRecord> instead = set_aside(refused, cause);
            if (instead) tell(refused, cause);
            return instead;
        };
}

Result<void> Pipeline::start_stage(const StageSpec& spec) {
    auto running = std::make_unique<Running>(Running{.spec = spec});
    FC_CHECK(spec.topics.empty() == spec.group.empty());
    FC_CHECK(spec.topics.empty() == (spec.work == nullptr));
    FC_CHECK(spec.follows.has_value() == (spec.consume != nullptr));
    if (spec.follows) {
        FC_TRY(
            eventlog::Replay replay,
            eventlog::open_replay(parts_.log, *spec.follows, parts_.clock.wall_now())
        );
        FeedOptions options{.batch_max = spec.options.batch_max, .backoff = spec.options.backoff};
        options.backoff.seed = parts_.random.next();
        running->feed = std::make_unique<Feed>(std::move(replay), spec.consume, options);
    }
    if (!spec.topics.empty()) {
        FC_TRY(
            running->reader,
            parts_.log.join_group(
                {.group = spec.group,
                 .topics = spec.topics,
                 .instance_id = parts_.instance_id,
                 .set_aside = told(spec),
                 .is_needed = spec.needed == Needed::yes}
            )
        );
        StageOptions options = spec.options;
        options.note_failures = failures_of(spec);
        options.backoff.seed = parts_.random.next();
        running->stage = std::make_unique<Stage>(*running->reader, timed(spec), options);
    }
    running_.push_back(std::move(running));
    return {};
}

// Whether an embedded log has all that the stages beside it will publish: its other users are gone
// by then, and what is left for those stages comes to an end. Of another log nothing is waited for.
bool Pipeline::is_log_fed() const {
    if (parts_.log.embedded() == nullptr) return true;
    if (parts_.log.condition().records_in_flight > 0) return false;
    return std::ranges::all_of(running_, [this](const std::unique_ptr<Running>& running) {
        const StageSpec& spec = running->spec;
        if (!running->stage || spec.placement != Placement::with_log) return true;
        const auto lag =
            eventlog::lag_of(parts_.log.admin(), {.group = spec.group, .topics = spec.topics});
        return lag.value_or(0) == 0;
    });
}

std::function<bool()> Pipeline::read_out_of(const Running& running) const {
    const StageSpec& spec = running.spec;
    if (spec.at_end != AtEnd::read_out) return {};
    const auto read_out = std::make_shared<ReadOut>(ReadOutParts{
        .log = parts_.log,
        .reader = *running.reader,
        .clock = parts_.clock,
        .group = spec.group,
        .topics = spec.topics,
        .is_fed = [this] { return is_log_fed(); },
    });
    return [read_out] { return read_out->is_done(); };
}

// Whether a stage that the log's own worker steps may still publish to one of these topics.
bool Pipeline::may_come(const std::vector<std::string>& topics) const {
    if (parts_.log.condition().records_in_flight > 0) return true;
    return std::ranges::any_of(running_, [&](const std::unique_ptr<Running>& running) {
        const StageSpec& spec = running->spec;
        const bool writes_here = std::ranges::any_of(spec.writes, [&](const std::string& topic) {
            return std::ranges::find(topics, topic) != topics.end();
        });
        if (!writes_here || !running->stage || spec.placement != Placement::with_log) return false;
        const auto lag =
            eventlog::lag_of(parts_.log.admin(), {.group = spec.group, .topics = spec.topics});
        return lag.value_or(0) > 0;
    });
}

// Whether a stage beside an embedded log has published all that follows from what it reads, what
// the scorer does at its end included.
std::function<bool()> Pipeline::followed_out_of(const Running& running) const {
    const bool must = parts_.log.embedded() != nullptr && running.feed && running.stage &&
                      running.spec.placement == Placement::own && running.spec.options.has_more;
    if (!must) return {};
    return [this, &running] {
        const StageSpec& spec = running.spec;
        if (may_come(spec.follows->topics)) return false;
        const auto ends = eventlog::ends_of(parts_.log.admin(), spec.follows->topics);
        if (!ends || !running.feed->has_reached(*ends) || spec.options.has_more()) return false;
        const auto lag =
            eventlog::lag_of(parts_.log.admin(), {.group = spec.group, .topics = spec.topics});
        return lag.value_or(1) == 0 && running.stage->in_flight() == 0;
    };
}

// Whether the feed of a stage is to be stepped. At the begin of a duty it is told how far it must
// read before the stage works, which asks the log.
std::function<bool()> Pipeline::duty_of(const Running& running) const {
    if (!running.spec.follows_on_duty || !running.reader) return {};
    const auto is_on_duty = std::make_shared<bool>(false);
    return [this, &running, is_on_duty] {
        if (!has_partitions(*running.reader)) running.reader->attend();
        if (!has_partitions(*running.reader)) {
            *is_on_duty = false;
        } else if (!*is_on_duty) {
            auto ends = eventlog::ends_of(parts_.log.admin(), running.spec.follows->topics);
            if (!ends) return false;
            running.feed->catch_up_to(*std::move(ends));
            *is_on_duty = true;
        }
        return *is_on_duty;
    };
}

// What a worker steps: the feed first, whose records the stage's work may need.
std::vector<WorkerPart> Pipeline::parts_of(const Running& running) const {
    const StageSpec& spec = running.spec;
    const bool is_needed = spec.needed == Needed::yes;
    std::vector<WorkerPart> all;
    const std::function<bool()> has_followed_out = followed_out_of(running);
    if (running.feed) {
        all.push_back(
            {.name = spec.name,
             .part = *running.feed,
             .pace = spec.pace,
             .is_on_duty = duty_of(running),
             .is_needed = is_needed,
             .has_read_out = has_followed_out}
        );
    }
    if (running.stage) {
        all.push_back(
            {.name = spec.name,
             .part = *running.stage,
             .pace = spec.pace,
             .after = running.feed.get(),
             .read_first = spec.follows_closely ? running.feed.get() : nullptr,
             .is_needed = is_needed,
             .has_read_out = has_followed_out ? has_followed_out : read_out_of(running)}
        );
    }
    return all;
}

WorkerParts Pipeline::worker_parts() const {
    return {
        .log = nullptr, .parts = {}, .chores = {}, .logger = parts_.logger, .on_end = parts_.on_end
    };
}

void Pipeline::add_worker(WorkerParts parts) {
    workers_.push_back(std::make_unique<Worker>(std::move(parts), parts_.clock.steady_now()));
}

void Pipeline::make_workers() {
    eventlog::Embedded* const embedded = parts_.log.embedded();
    WorkerParts with_log = worker_parts();
    with_log.log = embedded;
    with_log.chores = std::exchange(parts_.chores, {});
    std::vector<WorkerParts> others;
    for (const std::unique_ptr<Running>& running : running_) {
        std::vector<WorkerPart> parts = parts_of(*running);
        if (embedded != nullptr && running->spec.placement == Placement::with_log) {
            if (running->stage) parts.back().keeps_pace = !running->spec.options.hurries;
            std::ranges::move(parts, std::back_inserter(with_log.parts));
        } else {
            others.push_back(worker_parts());
            others.back().parts = std::move(parts);
        }
    }
    if (embedded != nullptr || !with_log.chores.empty()) add_worker(std::move(with_log));
    for (WorkerParts& parts : others) add_worker(std::move(parts));
}

void Pipeline::end_by(base::SteadyTime deadline) {
    for (const std::unique_ptr<Running>& running : running_) {
        if (running->reader) running->reader->end_by(deadline);
    }
}

std::optional<base::Error> Pipeline::trouble_of(std::string_view stage) const {
    for (const std::unique_ptr<Worker>& worker : workers_) {
        if (std::optional<base::Error> trouble = worker->trouble_of(stage)) return trouble;
    }
    return std::nullopt;
}

std::optional<base::Error> Pipeline::trouble() const {
    for (const std::unique_ptr<Worker>& worker : workers_) {
        if (std::optional<base::Error> trouble = worker->trouble()) return trouble;
    }
    return std::nullopt;
}

}  // namespace flightcast::pipeline
