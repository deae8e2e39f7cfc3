// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "gateway/api/parts.h"
#include "gateway/http/message.h"

namespace flightcast::gateway::api {

// The registry of models: GET /api/v1/models for clients, and for those with the admin token the
// parts of a bundle, new versions, aliases and the removal of versions. A change is answered with
// its record once that counts.
//
// Thread-safety: the I/O thread only.
class Models {
  public:
    // REQUIRES: `parts` outlives the object.
    explicit Models(const Parts& parts) : parts_(parts) {}

    void list(const http::Request& request, http::Respond respond) const;
    void take_part(const http::Request& request, http::Respond respond) const;
    void add(const http::Request& request, http::Respond respond) const;
    void set_alias(const http::Request& request, http::Respond respond) const;
    void remove(const http::Request& request, http::Respond respond) const;
    void experiments(const http::Request& request, http::Respond respond) const;
    void drift(const http::Request& request, http::Respond respond) const;
    void start_experiment(const http::Request& request, http::Respond respond) const;
    void stop_experiment(const http::Request& request, http::Respond respond) const;

  private:
    void propose(registry::Proposal proposal, http::Respond respond) const;
    [[nodiscard]] ModelDesk::Done answer_with(const std::shared_ptr<http::Respond>& respond) const;

    const Parts& parts_;
};

}  // namespace flightcast::gateway::api
