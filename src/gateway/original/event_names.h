// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace flightcast::gateway::original {

// The names of the events between clients and us, and the field of a join that holds the id. The
// first name of each is the original's; more are for clients that were written for other servers.
struct EventNames {
    std::vector<std::string> join = {"join"};
    std::vector<std::string> request_id = {"request_id"};
    std::vector<std::string> prediction_ready = {"prediction_ready"};
    std::vector<std::string> prediction_failed = {"prediction_failed"};
};

// "join=subscribe,request_id=uuid,prediction_ready=prediction": names besides the original ones; or
// "known": all that are known to be in use. Nothing for an empty text.
// Errors: invalid_argument names the part that is wrong.
[[nodiscard]] base::Result<EventNames> parse_event_aliases(std::string_view text);

}  // namespace flightcast::gateway::original
