// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/uuid.h"
#include "flight/active_routes.h"
#include "flight/time_zone.h"
#include "gateway/accept/acceptor.h"
#include "gateway/accept/request_ids.h"
#include "gateway/http/message.h"

namespace flightcast::gateway::original {

// Takes flights: POST /flights/delays/predict/classify_realtime. Answers OK only when the request
// is durable in the log; 400 and 415 to what is no flight; 503 to what it cannot take now or whose
// fate is not known in time. Bodies are JSON sent as text/html, as the original does.
//
// Ours: an Idempotency-Key makes a repeat the same request.
//
// Thread-safety: the I/O thread only.
class Submissions {
  public:
    // All of it outlives the object.
    struct Parts {
        accept::Acceptor& acceptor;
        accept::RequestIds& ids;
        const flight::ActiveRoutes& routes;
        const base::Clock& clock;
        flight::TimeZone zone;
    };
    explicit Submissions(const Parts& parts) : parts_(parts) {}

    void handle(const http::Request& request, http::Respond respond);

  private:
    const Parts parts_;
};

}  // namespace flightcast::gateway::original
