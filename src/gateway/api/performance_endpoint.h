// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/api/parts.h"
#include "gateway/http/message.h"

namespace flightcast::gateway::api {

// GET /api/v1/performance?window=&by=: how good predictions were. Aggregates of 20 flights at
// least, no ids. 503 with words where evaluations are off. Windows that go back further than the
// log are answered from the daily sums of the store, by model, class and day.
//
// Thread-safety: the I/O thread only. REQUIRES: `parts` outlive the answer.
void answer_performance(const Parts& parts, const http::Request& request, http::Respond respond);

}  // namespace flightcast::gateway::api
