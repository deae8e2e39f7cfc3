// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "gateway/http/message.h"

namespace flightcast::gateway::http {

// The path below which a proxy serves this server, as it says in X-Forwarded-Prefix: "/app", to be
// put in front of absolute paths that are sent back. Empty without one, and for a text that could
// not stand in a link to this server: it must begin with one slash and have only characters that a
// path has unescaped, no empty segment and none of dots. A slash at the end is left out.
[[nodiscard]] std::string forwarded_prefix(const Request& request);

}  // namespace flightcast::gateway::http
