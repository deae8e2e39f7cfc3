// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <string>

#include "gateway/http/head.h"

namespace flightcast::gateway::websocket {

// The 101 answer to an upgrade request (RFC 6455, 4.2), or why it gets none: another method than
// GET, no or a malformed key (400), another version than 13 (426). Of the subprotocols that are
// offered it names the first: Engine.IO is spoken on the websocket under any name,
// and some clients carry a token there.
[[nodiscard]] std::expected<std::string, http::Malformed> accept(const http::Request& request);

}  // namespace flightcast::gateway::websocket
