// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/recent_map.h"
#include "base/uuid.h"
#include "tracing/trace_context.h"
#include "tracing/tracer.h"

namespace flightcast::gateway::accept {

// The gateway's share of the traces of requests: the spans `accept`, `log` and `push`. A request is
// traced when its client's traceparent says so, or else by the share of the tracer. Records of
// traced requests carry the span `accept`, so that those of other stages stand below it.
//
// Thread-safety: the I/O thread only.
class RequestTraces {
  public:
    // REQUIRES: both outlive the object.
    RequestTraces(tracing::Tracer& tracer, const base::Clock& clock);

    // The header traceparent of a request's record, where it is traced; `brought` is the client's.
    [[nodiscard]] std::optional<std::string> begin(const base::Uuid& id, std::string_view brought);

    struct Times {
        base::WallTime begun;
        base::WallTime appended;                     // given to the log
        std::optional<base::WallTime> acknowledged;  // by the log; none: not in time
    };

    // The client is told what became of its request; `error` is empty if it was accepted.
    void end(const base::Uuid& id, const Times& times, std::string_view error);

    // A client was sent `event` of the request; `since`: when its outcome was read.
    void pushed(const base::Uuid& id, std::string_view event, base::WallTime since);

  private:
    // What is needed of a request until it is pushed.
    struct Traced {
        tracing::TraceContext parent;  // the client's; without a span: there is none
        tracing::TraceContext accept;
    };

    tracing::Tracer& tracer_;
    const base::Clock& clock_;
    base::RecentMap<base::Uuid, Traced> traced_;
};

}  // namespace flightcast::gateway::accept
