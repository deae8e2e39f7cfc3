// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "gateway/net/options.h"

struct sockaddr_storage;

namespace flightcast::gateway::net {

// A non-blocking listening socket for the options' host and port.
[[nodiscard]] base::Result<int> open_listener(const ServerOptions& options);

[[nodiscard]] std::uint16_t bound_port(int fd);

// "127.0.0.1", "::1".
[[nodiscard]] std::string address_text(const sockaddr_storage& address);

}  // namespace flightcast::gateway::net
