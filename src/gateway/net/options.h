// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "gateway/http/head.h"
#include "gateway/http/rate_limiter.h"
#include "gateway/net/tls.h"

namespace flightcast::gateway::net {

struct ServerOptions {
    std::string host = "127.0.0.1";  // an address or a name; "0.0.0.0" and "::" for all
    std::uint16_t port = 0;          // 0: the kernel chooses, see Server::port()
    int backlog = 4'096;
    std::size_t connections_max = base::limits::kConnectionsMax;
    std::size_t half_open_max = base::limits::kHalfOpenMax;              // yet without a request
    std::size_t queued_bytes_max = base::limits::kSendQueueBytesMax;     // before requests wait
    http::HeadLimits head{};                                             // of each request
    http::Rate request_rate{};                                           // of one address
    std::chrono::microseconds head_timeout = std::chrono::seconds(10);   // for a request's head
    std::chrono::microseconds body_timeout = std::chrono::seconds(30);   // also a websocket message
    std::chrono::microseconds idle_timeout = std::chrono::seconds(75);   // between requests
    std::chrono::microseconds send_timeout = std::chrono::seconds(30);   // without any progress
    std::chrono::microseconds linger_timeout = std::chrono::seconds(2);  // for the peer to close
    std::chrono::microseconds drain_timeout = base::limits::kDrainTimeout;
    std::shared_ptr<const TlsContext> tls{};                              // null: plain HTTP
    std::function<void(std::string_view)> log = [](std::string_view) {};  // for operators
};

// Counts for /metrics. The first two are as of now, the others since the start.
struct Counters {
    std::uint64_t connections = 0;
    std::uint64_t websockets = 0;
    std::uint64_t accepted = 0;
    std::uint64_t refused = 0;        // by connections_max
    std::uint64_t accept_pauses = 0;  // the process had no descriptors left
    std::uint64_t requests = 0;
    std::uint64_t malformed = 0;  // answered by the connection itself: 400, 413, 431, ...
    std::uint64_t oversized = 0;  // answered 413, 414 or 431; messages closed for their size
    std::uint64_t half_open_dropped = 0;  // by half_open_max, or to let another one in
    std::uint64_t rate_limited = 0;       // by request_rate
    std::uint64_t slow_senders = 0;       // a head, body or message took too long
    std::uint64_t slow_readers = 0;       // took nothing for too long
    std::uint64_t bytes_in = 0;
    std::uint64_t bytes_out = 0;
    std::array<std::uint64_t, 6> responses{};  // by the first digit of the status
};

}  // namespace flightcast::gateway::net
