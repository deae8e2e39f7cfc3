// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "load/load_run.h"

namespace flightcast::load {

// One simulated user of a run: posts on one connection (an idle one does not), hears on another.
struct LoadRun::Session {
    Session(LoadRun& run, ClientId client);

    const ClientId id;
    std::optional<HttpLine> http;
    SocketLine socket;
    Timer rest;                   // After a POST that broke.
    Timer reopening;              // After a websocket that closed.
    base::SteadyTime intended{};  // Of the POST on its way.
    std::uint32_t owed = 0;
    bool was_connected = false;
    bool waits_for_outcomes = false;
};

}  // namespace flightcast::load
