// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/limits.h"
#include "gateway/http/message.h"
#include "gateway/http/rate_limiter.h"

namespace flightcast::gateway::engineio {

// Defaults are those of the official server, where it has the option.
struct Options {
    std::string path = "/engine.io/";           // requests whose path starts with it
    std::vector<std::string> excluded_paths{};  // but not these: files below it, served by others
    std::chrono::microseconds ping_interval = std::chrono::seconds(25);
    std::chrono::microseconds ping_timeout = std::chrono::seconds(20);
    std::chrono::microseconds upgrade_timeout = std::chrono::seconds(10);
    std::chrono::microseconds close_timeout = std::chrono::seconds(30);  // for a last poll
    std::size_t max_payload = base::limits::kMessageBytesMax;
    std::size_t poll_packets_max = base::limits::kPollPacketsMax;     // in one answer
    std::size_t queued_bytes_max = base::limits::kSendQueueBytesMax;  // per session
    std::size_t sessions_max = base::limits::kSessionsMax;
    std::size_t upgrades_max = base::limits::kHalfOpenMax;  // websockets that want to take over
    http::Rate handshake_rate{};                            // new sessions from one address
    bool allow_polling = true;
    bool allow_websocket = true;
    bool allow_upgrades = true;  // from polling to websocket
    // Asked before a new session: why it may not begin, in words fit for JSON and HTTP as they are.
    std::function<std::optional<std::string>(const http::Request&)> refuse_handshake{};
    // Origins besides the server's own whose pages may connect: "https://example.org", or "*" for
    // all. Without an Origin header (no browser) the check does not apply.
    std::vector<std::string> cors_origins{};
    bool cors_credentials = false;  // REQUIRES: no "*" in cors_origins
    std::string cookie{};           // its name; empty: none is set
};

}  // namespace flightcast::gateway::engineio
