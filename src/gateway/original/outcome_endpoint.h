// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "flight/calendar/time_zone.h"
#include "gateway/accept/acceptor.h"
#include "gateway/delivery/outcome_cache.h"
#include "gateway/http/message.h"
#include "store/outcome_store.h"

namespace flightcast::gateway::original {

// Answers the original's polling clients: GET .../classify_realtime/response/<id>. WAIT until the
// store has a prediction, then OK with the stored document. Failures stay WAIT: those clients know
// nothing else. 400 to an invalid id.
//
// Thread-safety: the I/O thread only.
class OutcomeEndpoint {
  public:
    // REQUIRES: `store`, which may be null, and `cache`, which is asked when there is no store,
    // outlive the object; `post` brings the store's answers to the I/O thread.
    OutcomeEndpoint(
        store::OutcomeStore* store,
        const delivery::OutcomeCache& cache,
        accept::Post post,
        flight::TimeZone zone
    );

    void handle(const http::Request& request, http::Respond respond) const;

  private:
    store::OutcomeStore* const store_;
    const delivery::OutcomeCache& cache_;
    const accept::Post post_;
    const flight::TimeZone zone_;
};

}  // namespace flightcast::gateway::original
