// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/api/parts.h"
#include "gateway/http/message.h"

namespace flightcast::gateway::api {

// GET /api/v1/performance?window=&by=: how good predictions were. Aggregates of 20 flights at
// least, no ids. 503 with words where evaluations are off.
//
// Thread-safety: the I/O thread only.
[[nodiscard]] http::Response answer_performance(const Parts& parts, const http::Request& request);

}  // namespace flightcast::gateway::api
