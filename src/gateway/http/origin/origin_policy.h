// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "gateway/http/message.h"

namespace flightcast::gateway::http {

// Whose pages may use a server. CORS alone does not keep a foreign page from opening a websocket,
// so there the same rule is applied to every request that carries an Origin.
class OriginPolicy {
  public:
    // `origins`: "https://example.org", or "*" for all. The server's own origin is always allowed.
    explicit OriginPolicy(std::vector<std::string> origins, bool credentials = false)
        : origins_(std::move(origins)), credentials_(credentials) {}

    // Whether any origin but the server's own is configured.
    [[nodiscard]] bool is_open() const { return !origins_.empty(); }

    [[nodiscard]] bool allows(const Request& request) const;

    // Whether `request`, of which a page may be the sender, may change something here. A form needs
    // no leave of CORS to be sent, so unreadable answers are not enough. As allows(),
    // but a browser that says in Sec-Fetch-Site that the sender is a page of this server, or the
    // user, is believed: no page can set that header.
    [[nodiscard]] bool allows_change(const Request& request) const;

    // The headers of every answer to `request`, errors too; empty unless origins are configured.
    [[nodiscard]] std::vector<Header> headers_for(const Request& request) const;

    // The answer to OPTIONS.
    [[nodiscard]] Response preflight(const Request& request) const;

  private:
    [[nodiscard]] bool listed(std::string_view origin) const;

    std::vector<std::string> origins_;
    bool credentials_;
};

}  // namespace flightcast::gateway::http
