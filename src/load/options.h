// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "load/target.h"

namespace flightcast::load {

struct LoadOptions {
    Target target;
    double rate = 100;  // requests per second, open loop; 0: whenever a client is free
    std::size_t connections = 10;
    std::chrono::milliseconds duration{10'000};
    std::chrono::milliseconds warmup{2'000};
    std::optional<std::uint64_t> requests;     // instead of a duration
    std::chrono::milliseconds timeout{10'000};  // for outcomes, after the last request
    bool post_only = false;                    // no websockets: how fast are requests accepted?
    std::size_t idle_connections = 0;          // websockets that only stay
    std::optional<int> pid;                    // the server's: report what it uses
    std::function<void(const std::string&)> progress = [](const std::string&) {};
};

}  // namespace flightcast::load
