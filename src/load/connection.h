// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "load/target.h"

namespace flightcast::load {

// One non-blocking TCP connection and what could not be sent yet.
//
// Thread-safety: one thread only.
class Connection {
  public:
    // Connects, waiting for it. Errors: unavailable, names the address and the reason.
    [[nodiscard]] static base::Result<Connection> open(const Target& target);
    ~Connection();
    Connection(Connection&& other) noexcept;
    Connection& operator=(Connection&& other) noexcept;

    [[nodiscard]] int descriptor() const { return fd_; }

    // Sends what the kernel takes and keeps the rest. False when the connection is broken.
    bool send(std::string_view bytes);

    // Sends more of the rest; to be called when the descriptor is writable.
    bool flush() { return send({}); }
    [[nodiscard]] bool has_unsent() const { return !unsent_.empty(); }

    // Appends what has arrived to `out`. False when the peer has closed or the connection is broken.
    bool receive(std::string& out) const;

  private:
    explicit Connection(int fd) : fd_(fd) {}
    int fd_;
    std::string unsent_;
};

}  // namespace flightcast::load
