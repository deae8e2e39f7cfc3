// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "loadtest/event_names.h"

namespace flightcast::loadtest {

// What a client must know of the server that it opens a session at.
struct SocketIoServer {
    std::string authority;             // what a Host header says
    std::string path = "/socket.io/";  // where it serves Socket.IO
    std::string token{};               // that it asks for; empty: none
    EventNames names{};
};

}  // namespace flightcast::loadtest
