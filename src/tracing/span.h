// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "tracing/trace_context.h"

namespace flightcast::tracing {

// What a span is to others: numbers of OTLP.
enum class SpanKind { internal = 1, server = 2, producer = 4, consumer = 5 };

// A step of one request, from its beginning to its end.
struct Span {
    TraceId trace{};
    SpanId id{};
    SpanId parent{};        // zero: none
    std::string_view name;  // lives as long as the program: "score"
    SpanKind kind = SpanKind::internal;
    base::WallTime start{};
    base::WallTime end{};
    std::vector<std::pair<std::string_view, std::string>> attributes{};
    std::vector<TraceContext> links{};  // to spans of other traces
    std::string error{};                // why the step failed; empty: it did not
};

// The span called `name` right below a context; `key` tells apart those of several records.
[[nodiscard]] inline Span span_below(
    const TraceContext& parent, std::string_view name, std::string_view key = {}
) {
    return {
        .trace = parent.trace, .id = span_id(parent, name, key), .parent = parent.span, .name = name
    };
}

}  // namespace flightcast::tracing
