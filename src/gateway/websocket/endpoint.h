// SPDX-License-Identifier: Apache-2.0
//
// The seam between moving bytes (gateway/net) and their meaning (gateway/engineio).
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "gateway/http/service.h"
#include "gateway/websocket/frame.h"

namespace flightcast::gateway::websocket {

// The sending side of one websocket, given to its Peer.
class Link {
  public:
    virtual ~Link() = default;

    // Queues a message; it leaves when the current batch of work is done. Never calls back.
    virtual void send(Frame frame) = 0;

    // Sends a close frame behind the queued ones; nothing is sent after it. The peer still gets its
    // on_closed, later.
    virtual void close(CloseCode code) = 0;

    // The bytes that the client has not taken yet.
    [[nodiscard]] virtual std::size_t queued_bytes() const = 0;

    // Whether the client does not keep up: the kernel takes no more.
    [[nodiscard]] virtual bool blocked() const = 0;
};

// The receiving side of one websocket; owned by the connection, which calls on_closed exactly once
// and last.
class Peer {
  public:
    virtual ~Peer() = default;
    virtual void on_message(MessageKind kind, std::string_view data, base::SteadyTime now) = 0;
    virtual void on_closed(base::SteadyTime now) = 0;
};

// Answers requests and takes websockets below one path.
//
// Thread-safety: the I/O thread only.
class Endpoint : public http::Service {
  public:
    // Whether requests for this path (not decoded) are for this endpoint.
    [[nodiscard]] virtual bool owns(std::string_view path) const = 0;

    // The answer to an upgrade request that is refused before it is accepted; nothing: accept it.
    [[nodiscard]] virtual std::optional<http::Response> verify_upgrade(
        const http::Request& request, base::SteadyTime now
    ) = 0;

    // Takes an accepted websocket. `link` lives until Peer::on_closed has returned.
    [[nodiscard]] virtual std::unique_ptr<Peer> open(
        const http::Request& request, Link& link, base::SteadyTime now
    ) = 0;

    [[nodiscard]] virtual std::size_t message_bytes_max() const = 0;

    // Called after every input and every batch of work: sends the gathered packets.
    virtual void flush(base::SteadyTime now) = 0;

    // Closes every session: the server goes away.
    virtual void close_all(base::SteadyTime now) = 0;

    [[nodiscard]] virtual std::optional<base::SteadyTime> next_deadline() const = 0;
    virtual void expire(base::SteadyTime now) = 0;
};

}  // namespace flightcast::gateway::websocket
