// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/accept/intake.h"
#include "gateway/http/message.h"

namespace flightcast::gateway::original {

// Takes flights: POST /flights/delays/predict/classify_realtime. Answers OK only when the request
// is durable in the log; 400 and 415 to what is no flight; 503 to what it cannot take now or whose
// fate is not known in time. Bodies are JSON sent as text/html, as the original does. Forms are
// texts, which are read as the original reads them.
//
// Ours: an Idempotency-Key makes a repeat the same request.
//
// Thread-safety: the I/O thread only.
class Submissions {
  public:
    // REQUIRES: `intake` outlives the object.
    explicit Submissions(accept::Intake& intake) : intake_(intake) {}

    void handle(const http::Request& request, http::Respond respond);

  private:
    accept::Intake& intake_;
};

}  // namespace flightcast::gateway::original
