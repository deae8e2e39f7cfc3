// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "app/options/options.h"
#include "base/result.h"
#include "loadtest/net/target.h"

namespace flightcast::app::replay {

// The tokens that a server asks a command for; empty when none is known.
struct ServerAccess {
    loadtest::net::Target server;
    std::string token;        // for submissions
    std::string admin_token;  // for lists of arrivals
};

// The server at `url` and its tokens: those of --token and --admin-token or their files. Of a
// server on this machine the admin token is also looked for in the data folder, where `serve` puts
// it; it never leaves the machine. Errors: invalid_argument.
[[nodiscard]] base::Result<ServerAccess> access_to(
    const std::string& url, const options::ServeOptions& options
);

// The address that the server which works on the data folder has left there; empty: none does.
[[nodiscard]] std::string url_of_folder(const options::ServeOptions& options);

}  // namespace flightcast::app::replay
