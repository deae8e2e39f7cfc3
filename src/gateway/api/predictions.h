// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/uuid.h"
#include "gateway/api/bodies/flight_body.h"
#include "gateway/api/outcome_waits.h"
#include "gateway/api/parts.h"
#include "gateway/http/message.h"

namespace flightcast::gateway::api {

// Submitting flights and asking for their outcomes: POST /api/v1/predictions and
// GET /api/v1/predictions/<id>. docs/api.md tells the whole story.
//
// An id that was never given out is `pending`: no gateway alone knows which ids were, and telling
// would only help guessers.
//
// Thread-safety: the I/O thread only.
class Predictions {
  public:
    // REQUIRES: `parts` outlives the object.
    explicit Predictions(const Parts& parts) : parts_(parts), waits_(parts.deliveries) {}

    void submit(const http::Request& request, http::Respond respond);
    void find(const http::Request& request, http::Respond respond);

    // The waits, for the sink of the deliveries, which has outcomes for their clients.
    [[nodiscard]] OutcomeWaits& waits() { return waits_; }
    [[nodiscard]] const OutcomeWaits& waits() const { return waits_; }

  private:
    class JsonSubmission;
    struct Accepted {
        std::vector<base::Uuid> ids;
        Shape shape;
        std::chrono::milliseconds wait;
        std::string prefix;  // of URLs
    };

    void answer_accepted(const Accepted& accepted, http::Respond respond);
    void look_up(const base::Uuid& id, std::string prefix, http::Respond respond);

    const Parts& parts_;
    OutcomeWaits waits_;
};

}  // namespace flightcast::gateway::api
