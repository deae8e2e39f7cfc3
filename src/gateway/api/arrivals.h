// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>

#include "arrival/arrival.h"
#include "gateway/api/parts.h"
#include "gateway/http/message.h"

namespace flightcast::gateway::api {

// Reports of what really happened: POST /api/v1/arrivals, for those with the admin token, and
// POST /api/v1/predictions/<id>/arrival, which needs no more than the id. A report is answered 202
// when its record is durable on the arrival topic.
//
// Thread-safety: the I/O thread only.
class Arrivals {
  public:
    // REQUIRES: `parts` outlives the object.
    explicit Arrivals(const Parts& parts) : parts_(parts) {}

    void submit(const http::Request& request, http::Respond respond);
    void submit_one(const http::Request& request, http::Respond respond);

  private:
    [[nodiscard]] std::optional<http::Response> refuse_times(
        std::span<const arrival::Arrival> reports
    ) const;
    void append(std::span<const arrival::Arrival> reports, http::Respond respond);

    const Parts& parts_;
};

}  // namespace flightcast::gateway::api
