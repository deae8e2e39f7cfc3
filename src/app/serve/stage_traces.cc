// SPDX-License-Identifier: Apache-2.0
#include "app/serve/stage_traces.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/limits.h"
#include "base/recent_map.h"
#include "flight/prediction_json.h"

namespace flightcast::app::serve {

using base::Result;
using eventlog::Header;
using eventlog::NewRecord;
using eventlog::Record;
using tracing::Span;
using tracing::SpanKind;
using tracing::TraceContext;

namespace {

constexpr std::string_view kScore = "score";
constexpr std::string_view kArchive = "archive";
constexpr std::string_view kEvaluate = "evaluate";

// The context of a record that is traced.
std::optional<TraceContext> traced(const std::vector<Header>& headers) {
    for (const Header& header : headers) {
        if (header.name != "traceparent") continue;
        const auto context = tracing::parse_traceparent(header.value);
        if (context && context->sampled) return context;
    }
    return std::nullopt;
}

// The times of one piece of work.
struct Interval {
    base::WallTime start;
    base::WallTime end;
};

struct TraceTools {
    tracing::Tracer& tracer;
    const base::Clock& clock;
};

// A span for each traced record of a batch: they were worked on together.
void tell_work(
    const TraceTools& tools,
    std::string_view name,
    const std::vector<Record>& records,
    const Interval& time,
    const std::string& error
) {
    for (const Record& record : records) {
        const auto context = traced(record.headers);
        if (!context) continue;
        Span span = tracing::span_below(*context, name);
        span.kind = SpanKind::consumer;
        span.start = time.start;
        span.end = time.end;
        span.attributes = {
            {"messaging.destination.name", record.at.topic},
            {"messaging.destination.partition.id", std::to_string(record.at.partition.value())},
            {"messaging.kafka.offset", std::to_string(record.offset.value())},
            {"messaging.batch.message_count", std::to_string(records.size())}
        };
        span.error = error;
        tools.tracer.add(std::move(span));
    }
}

pipeline::Work traced_work(pipeline::Work work, const TraceTools& tools, std::string_view name) {
    return [work = std::move(work), tools, name](const std::vector<Record>& records) {
        const base::WallTime start = tools.clock.wall_now();
        auto outputs = work(records);
        const std::string error = outputs ? std::string() : outputs.error().detail;
        tell_work(tools, name, records, {start, tools.clock.wall_now()}, error);
        return outputs;
    };
}

// Below `score`, whose id follows from the same header.
auto publish_watch(const TraceTools& tools) {
    return [tools](const std::vector<NewRecord>& outputs) {
        const base::WallTime start = tools.clock.wall_now();
        std::vector<Span> spans;
        for (const NewRecord& output : outputs) {
            const auto context = traced(output.headers);
            if (!context) continue;
            const TraceContext score{
                .trace = context->trace, .span = tracing::span_id(*context, kScore), .sampled = true
            };
            spans.push_back(tracing::span_below(score, "publish"));
            spans.back().kind = SpanKind::producer;
            spans.back().start = start;
            spans.back().attributes = {{"messaging.destination.name", output.topic}};
        }
        std::function<void(const Result<void>&)> done;
        if (spans.empty()) return done;
        done = [tools, spans = std::move(spans)](const Result<void>& result) {
            for (Span span : spans) {
                span.end = tools.clock.wall_now();
                if (!result) span.error = result.error().detail;
                tools.tracer.add(std::move(span));
            }
        };
        return done;
    };
}

// The contexts of predictions that are traced and wait for arrivals. The evaluator's thread.
class TracedPredictions {
  public:
    explicit TracedPredictions(const TraceTools& tools, flight::TopicSet topics)
        : tools_(tools),
          topics_(std::move(topics)),
          contexts_(base::limits::kTracedPredictionsMax) {}

    void note(const std::vector<Record>& records) {
        for (const Record& record : records) {
            if (record.at.topic != topics_.response) continue;
            const auto context = traced(record.headers);
            const auto id = record.key ? base::Uuid::parse(*record.key) : std::nullopt;
            if (context && id) contexts_.add(*id, *context);
        }
    }

    void tell(const std::vector<NewRecord>& outputs, const Interval& time) const {
        for (const NewRecord& output : outputs) {
            if (output.topic != topics_.evaluation || !output.value) continue;
            const auto id = flight::uuid_of_outcome(*output.value);
            const TraceContext* const request = id ? contexts_.find(*id) : nullptr;
            if (request != nullptr) tools_.tracer.add(span_of(*request, *output.value, time));
        }
    }

  private:
    // Each revision of an evaluation is a trace of its own.
    static Span span_of(
        const TraceContext& request, std::string_view evaluation, const Interval& time
    ) {
        Span span{
            .id = tracing::span_id(request, kEvaluate, evaluation),
            .name = kEvaluate,
            .kind = SpanKind::consumer,
            .start = time.start,
            .end = time.end,
            .links = {request}
        };
        const tracing::SpanId more = tracing::span_id(request, "evaluation", evaluation);
        std::ranges::copy(span.id, span.trace.begin());
        std::ranges::copy(more, span.trace.begin() + span.id.size());
        return span;
    }

    const TraceTools tools_;
    const flight::TopicSet topics_;
    base::RecentMap<base::Uuid, TraceContext> contexts_;
};

void trace_evaluator(
    pipeline::StageSpec& stage, const TraceTools& tools, const flight::TopicSet& topics
) {
    const auto predictions = std::make_shared<TracedPredictions>(tools, topics);
    stage.consume = [consume = std::move(stage.consume),
                     predictions](const std::vector<Record>& records) {
        predictions->note(records);
        return consume(records);
    };
    stage.work =
        [work = std::move(stage.work), predictions, tools](const std::vector<Record>& records) {
            const base::WallTime start = tools.clock.wall_now();
            auto outputs = work(records);
            if (outputs) predictions->tell(*outputs, {start, tools.clock.wall_now()});
            return outputs;
        };
    stage.options.take_more =
        [take = std::move(stage.options.take_more), predictions, tools](std::size_t records_max) {
            const base::WallTime start = tools.clock.wall_now();
            auto outputs = take(records_max);
            predictions->tell(outputs, {start, tools.clock.wall_now()});
            return outputs;
        };
}

}  // namespace

void trace_stages(
    std::vector<pipeline::StageSpec>& stages,
    tracing::Tracer& tracer,
    const base::Clock& clock,
    const flight::TopicSet& topics
) {
    const TraceTools tools{.tracer = tracer, .clock = clock};
    for (pipeline::StageSpec& stage : stages) {
        if (!stage.is_on()) continue;
        if (stage.verb == kScore) {
            stage.work = traced_work(std::move(stage.work), tools, kScore);
            stage.options.watch_publish = publish_watch(tools);
        } else if (stage.verb == kArchive) {
            stage.work = traced_work(std::move(stage.work), tools, kArchive);
        } else if (stage.verb == "judge") {
            trace_evaluator(stage, tools, topics);
        }
    }
}

}  // namespace flightcast::app::serve
