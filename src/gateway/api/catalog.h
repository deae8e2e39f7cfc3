// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "flight/active_routes.h"
#include "gateway/api/parts.h"
#include "gateway/http/message.h"
#include "gateway/http/static_files.h"

namespace flightcast::gateway::api {

// The values that may be submitted, and the model: GET /api/v1/carriers, /airports, /routes and
// /model, and /openapi.json. All answers have an ETag.
//
// Thread-safety: the I/O thread only.
class Catalog {
  public:
    explicit Catalog(const Parts& parts);

    [[nodiscard]] http::Response carriers(const http::Request& request);
    [[nodiscard]] http::Response airports(const http::Request& request);

    // ?origin= and ?dest= leave others out; ?limit= (1 .. 5,000, else 100) and ?offset= turn pages.
    [[nodiscard]] http::Response routes(const http::Request& request);

    // 404 in a process that has no model.
    [[nodiscard]] http::Response model(const http::Request& request);

    [[nodiscard]] http::Response openapi(const http::Request& request);

  private:
    const flight::ActiveRoutes& active_;
    std::shared_ptr<const flight::RouteTable> table_;  // the one that was sorted last
    std::vector<flight::KnownRoute> routes_;           // its routes
    const http::Asset carriers_;
    const http::Asset airports_;
    const std::function<std::string()> model_json_;
    const http::Asset openapi_;
};

}  // namespace flightcast::gateway::api
