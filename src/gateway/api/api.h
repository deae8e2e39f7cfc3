// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "base/clock.h"
#include "gateway/api/arrivals.h"
#include "gateway/api/catalog.h"
#include "gateway/api/models.h"
#include "gateway/api/parts.h"
#include "gateway/api/predictions.h"
#include "gateway/http/router.h"

namespace flightcast::gateway::api {

// The JSON API, described by /openapi.json and docs/api.md.
//
// Thread-safety: the I/O thread only.
class Api {
  public:
    explicit Api(Parts parts);

    // REQUIRES: this object outlives the router.
    void add_to(http::Router& router);

    [[nodiscard]] OutcomeWaits& waits() { return predictions_.waits(); }
    [[nodiscard]] std::optional<base::SteadyTime> next_deadline() const;
    void expire(base::SteadyTime now) { predictions_.waits().expire(now); }

  private:
    void add_arrivals_to(http::Router& router);
    void add_models_to(http::Router& router);
    void add_today_to(http::Router& router);
    void add_status_to(http::Router& router);

    const Parts parts_;
    Predictions predictions_;
    Arrivals arrivals_;
    Models models_;
    Catalog catalog_;
};

// Whether a request for this path is answered in the API's way, errors too.
[[nodiscard]] bool is_api_path(std::string_view path);

// The answer to requests that no handler sees: 404, 405, 413 and their like.
[[nodiscard]] http::Response error_response(unsigned status, std::string_view why);

}  // namespace flightcast::gateway::api
