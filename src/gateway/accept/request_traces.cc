// SPDX-License-Identifier: Apache-2.0
#include "gateway/accept/request_traces.h"

#include "base/limits.h"

namespace flightcast::gateway::accept {

using tracing::Span;
using tracing::SpanKind;
using tracing::TraceContext;

RequestTraces::RequestTraces(tracing::Tracer& tracer, const base::Clock& clock)
    : tracer_(tracer), clock_(clock), traced_(base::limits::kTracedRequestsMax) {}

std::optional<std::string> RequestTraces::begin(const base::Uuid& id, std::string_view brought) {
    TraceContext parent;
    if (const auto clients = tracing::parse_traceparent(brought)) {
        parent = *clients;
    } else {
        parent = {.trace = tracing::trace_of(id), .span = {}, .sampled = tracer_.samples(id)};
    }
    if (!parent.sampled) return std::nullopt;
    TraceContext accept = parent;
    accept.span = tracing::span_id(parent, "accept", id.to_string());
    traced_.add(id, {.parent = parent, .accept = accept});
    return tracing::traceparent_of(accept);
}

void RequestTraces::end(const base::Uuid& id, const Times& times, std::string_view error) {
    const Traced* const traced = traced_.find(id);
    if (traced == nullptr) return;
    Span accept{
        .trace = traced->accept.trace,
        .id = traced->accept.span,
        .parent = traced->parent.span,
        .name = "accept",
        .kind = SpanKind::server,
        .start = times.begun,
        .end = clock_.wall_now(),
        .attributes = {{"flightcast.request", id.to_string()}},
        .error = std::string(error)
    };
    if (times.acknowledged) {
        Span log = tracing::span_below(traced->accept, "log");
        log.kind = SpanKind::producer;
        log.start = times.appended;
        log.end = *times.acknowledged;
        tracer_.add(std::move(log));
    }
    tracer_.add(std::move(accept));
    if (!error.empty()) traced_.take(id);
}

void RequestTraces::pushed(const base::Uuid& id, std::string_view event, base::WallTime since) {
    const auto traced = traced_.take(id);
    if (!traced) return;
    Span push = tracing::span_below(traced->accept, "push");
    push.kind = SpanKind::producer;
    push.start = since;
    push.end = clock_.wall_now();
    push.attributes = {{"flightcast.event", std::string(event)}};
    tracer_.add(std::move(push));
}

}  // namespace flightcast::gateway::accept
