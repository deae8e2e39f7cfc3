// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/uuid.h"

namespace flightcast::gateway::accept {

// Whether `text` is a traceparent as W3C Trace Context defines it, of version 00 or one that begins
// as that does.
[[nodiscard]] bool is_traceparent(std::string_view text);

// One for a request without a trace: its id is the trace's, and nothing was recorded so far.
[[nodiscard]] std::string traceparent_for(const base::Uuid& id);

}  // namespace flightcast::gateway::accept
