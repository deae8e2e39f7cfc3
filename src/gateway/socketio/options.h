// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>

#include "base/limits.h"
#include "gateway/engineio/options.h"

namespace flightcast::gateway::socketio {

struct Options {
    engineio::Options engine = {.path = "/socket.io/"};
    std::chrono::microseconds connect_timeout = std::chrono::seconds(45);  // to join a namespace
    std::chrono::microseconds packet_timeout = std::chrono::seconds(30);   // for all attachments
    std::size_t rooms_per_socket_max = base::limits::kRoomsPerSocketMax;
    std::size_t acks_per_socket_max = base::limits::kAcksPerSocketMax;
    std::size_t attachment_bytes_max = base::limits::kAttachmentBytesMax;  // of one packet
};

// Counts for /metrics. The first two are as of now, the others since the start.
struct Counters {
    std::size_t sockets = 0;
    std::size_t rooms = 0;
    std::size_t connects = 0;
    std::size_t connects_refused = 0;
    std::size_t events_in = 0;
    std::size_t emits = 0;
    std::size_t deliveries = 0;        // of emits, to one socket each
    std::size_t volatile_dropped = 0;  // emits that a slow client was spared
    std::size_t malformed = 0;         // packets that cost the connection
};

}  // namespace flightcast::gateway::socketio
