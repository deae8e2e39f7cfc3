// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace flightcast::loadtest::session {

// The names of a server's events: by default the original's, but others of its kind differ.
struct EventNames {
    std::string join = "join";
    std::string join_key = "request_id";  // of the id in the payload of a join
    std::string ready = "prediction_ready";
    std::string failed = "prediction_failed";

    bool operator==(const EventNames&) const = default;
};

}  // namespace flightcast::loadtest::session
