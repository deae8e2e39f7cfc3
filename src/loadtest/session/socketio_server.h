// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "loadtest/session/event_names.h"

namespace flightcast::loadtest::session {

// A server as its clients must know it to open a session.
struct SocketIoServer {
    std::string authority;             // for the Host header
    std::string path = "/socket.io/";  // where it serves Socket.IO
    std::string token{};               // that it asks for; empty: none
    EventNames names{};
};

}  // namespace flightcast::loadtest::session
