// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "gateway/http/message.h"

namespace flightcast::gateway::engineio {

// Whose pages may connect. CORS alone does not keep a foreign page from opening a websocket, so the
// same rule is applied to every request that carries an Origin.
class OriginPolicy {
  public:
    // `origins`: "https://example.org", or "*" for all. The server's own origin is always allowed.
    explicit OriginPolicy(std::vector<std::string> origins, bool credentials = false)
        : origins_(std::move(origins)), credentials_(credentials) {}

    [[nodiscard]] bool allows(const http::Request& request) const;

    // What every answer to `request` carries, errors too; nothing unless origins are configured.
    [[nodiscard]] std::vector<http::Header> headers_for(const http::Request& request) const;

    // The answer to OPTIONS.
    [[nodiscard]] http::Response preflight(const http::Request& request) const;

  private:
    [[nodiscard]] bool listed(std::string_view origin) const;

    std::vector<std::string> origins_;
    bool credentials_;
};

}  // namespace flightcast::gateway::engineio
