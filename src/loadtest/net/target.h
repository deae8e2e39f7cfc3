// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace flightcast::loadtest::net {

// The server that is put under load.
struct Target {
    std::string host;  // A name or an address, without the brackets of an IPv6 address.
    std::uint16_t port = 0;

    bool operator==(const Target&) const = default;

    // The value of a Host header: "127.0.0.1:5001", "[::1]:5001".
    [[nodiscard]] std::string authority() const;
};

// Reads "http://HOST[:PORT][/]"; the port is 80 when it is left out. invalid_argument for any other
// text, with the reason.
[[nodiscard]] base::Result<Target> parse_target(std::string_view url);

}  // namespace flightcast::loadtest::net
