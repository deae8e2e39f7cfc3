// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "base/result.h"
#include "load/target.h"

namespace flightcast::load {

// Of one run: the ledger keeps each request until the end, some 60 bytes.
constexpr std::uint64_t kRequestsMax = 10'000'000;
constexpr double kRateMax = 1'000'000;
constexpr std::uint32_t kSessionsMax = 20'000;  // With and without requests, together.

enum class Mode : std::uint8_t {
    outcomes,   // Post, join, and wait for the outcome.
    post_only,  // Post; ask for nothing.
};

enum class Reach : std::uint8_t {
    loopback,  // Refuse a target on another machine: load there needs its owner's consent.
    anywhere,
};

// What a run does. All durations are not negative.
struct LoadOptions {
    Target target{"127.0.0.1", 5001};
    Mode mode = Mode::outcomes;
    Reach reach = Reach::loopback;
    // Requests per second, open loop; 0: each client posts again when its last POST was answered.
    double rate = 100;
    // Clients that post; each has an HTTP connection and a websocket.
    std::uint32_t connections = 10;
    // Websocket sessions that only answer pings, in addition.
    std::uint32_t idle_connections = 0;
    // Measured, after the warm-up.
    std::chrono::microseconds duration = std::chrono::seconds(10);
    std::chrono::microseconds warmup = std::chrono::seconds(2);
    // In all, instead of a duration.
    std::optional<std::uint64_t> requests{};
    // So long after the last POST, what has not come is lost.
    std::chrono::microseconds timeout = std::chrono::seconds(10);
    // Between the answer to a POST and its join.
    std::chrono::microseconds join_delay{};
    // Of the server, to report its CPU time and memory.
    std::optional<std::int32_t> pid{};
};

// invalid_argument when a value is out of its range, names the flag.
[[nodiscard]] base::Result<void> check_options(const LoadOptions& options);

}  // namespace flightcast::load
