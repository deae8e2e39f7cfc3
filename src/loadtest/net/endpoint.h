// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/socket.h>

#include <chrono>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "loadtest/net/target.h"

namespace flightcast::loadtest::net {

// An IP address and a port.
struct Endpoint {
    sockaddr_storage address{};
    socklen_t size = 0;

    // Whether it is on this machine whatever the network looks like: 127.0.0.0/8 or ::1.
    [[nodiscard]] bool is_loopback() const;
};

// Where the target may be, the resolver's favourite first. unavailable when its name is unknown.
[[nodiscard]] base::Result<std::vector<Endpoint>> resolve(const Target& target);

// The first of `choices` that takes a connection within `limit`. unavailable when none does.
[[nodiscard]] base::Result<Endpoint> first_reachable(
    const std::vector<Endpoint>& choices, std::chrono::milliseconds limit
);

// Reads local IPv4 addresses with port 0: "127.0.0.2", or a range "127.0.0.2-127.0.0.20" of at most
// 256. invalid_argument for other text.
[[nodiscard]] base::Result<std::vector<Endpoint>> parse_local_addresses(std::string_view text);

}  // namespace flightcast::loadtest::net
