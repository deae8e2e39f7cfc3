// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/uuid.h"

namespace flightcast::tracing {

using TraceId = std::array<std::uint8_t, 16>;
using SpanId = std::array<std::uint8_t, 8>;

// The place of a span in a trace, as the header traceparent carries it (W3C Trace Context):
//
//     00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
//     version, trace, span, flags; the last bit of the flags: sampled
struct TraceContext {
    TraceId trace{};
    SpanId span{};
    bool sampled = false;

    bool operator==(const TraceContext&) const = default;
};

// Nothing for a text that is not a traceparent of version 00 or one that begins like it.
[[nodiscard]] std::optional<TraceContext> parse_traceparent(std::string_view text);

// The same text for the same context, of version 00.
[[nodiscard]] std::string traceparent_of(const TraceContext& context);

// The trace of a request that brought none: its id, as log lines name it.
[[nodiscard]] TraceId trace_of(const base::Uuid& request);

// The id of the span called `name` below `parent`, of the record that `key` names: the same for the
// same arguments, so that work which a crash repeats is the same span again. Never zero.
[[nodiscard]] SpanId span_id(
    const TraceContext& parent, std::string_view name, std::string_view key = {}
);

// "0af7..." in lower case.
[[nodiscard]] std::string hex_of(std::string_view bytes);

}  // namespace flightcast::tracing
