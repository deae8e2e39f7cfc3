// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "loadtest/net/endpoint.h"
#include "loadtest/net/target.h"
#include "loadtest/session/event_names.h"
#include "loadtest/session/session_line.h"

namespace flightcast::loadtest {

// Of one run: the ledger keeps each request until the end, some 60 bytes.
constexpr std::uint64_t kRequestsMax = 10'000'000;
constexpr double kRateMax = 1'000'000;
constexpr std::uint32_t kSessionsMax = 20'000;  // With and without requests, together.
constexpr std::uint32_t kBatchMax = 1'000;      // Flights of one POST.
constexpr std::uint32_t kHttpConnectionsMax = 20'000;

enum class Mode : std::uint8_t {
    outcomes,   // Post, join, and wait for the outcome.
    post_only,  // Post; ask for nothing.
};

// How flights are submitted.
enum class Api : std::uint8_t {
    original,  // A form to the original's endpoint.
    json,      // POST /api/v1/predictions
};

enum class Reach : std::uint8_t {
    loopback,  // Refuse a target on another machine: load there needs its owner's consent.
    anywhere,
};

// The settings of a run. No duration is negative.
struct LoadOptions {
    net::Target target{"127.0.0.1", 5001};
    Mode mode = Mode::outcomes;
    Api api = Api::original;
    session::Transport transport = session::Transport::websocket;
    session::EventNames names{};
    std::string socketio_path = "/socket.io/";
    std::string token{};  // that the server asks for; empty: none
    Reach reach = Reach::loopback;
    // POSTs per second, open loop; 0: each HTTP connection posts again when it was answered.
    double rate = 100;
    // Flights in each POST; more than one only with Api::json.
    std::uint32_t batch = 1;
    // Clients that post, and wait in a Socket.IO session of their own.
    std::uint32_t connections = 10;
    // HTTP connections that the clients share for their POSTs; 0: one for each.
    std::uint32_t http_connections = 0;
    // Sessions that only answer pings, in addition.
    std::uint32_t idle_connections = 0;
    // So often all sessions lose their connections at once and return; 0: never.
    std::chrono::microseconds storm_every{};
    // Local addresses of the connections, in turn, each with its own 28,000 ports or so; empty: the
    // system chooses. The ports in it are 0.
    std::vector<net::Endpoint> local_addresses{};
    // Measured, after the warm-up.
    std::chrono::microseconds duration = std::chrono::seconds(10);
    std::chrono::microseconds warmup = std::chrono::seconds(2);
    // In all, instead of a duration.
    std::optional<std::uint64_t> requests{};
    // So long after the last POST, missing outcomes are lost.
    std::chrono::microseconds timeout = std::chrono::seconds(10);
    // Between the answer to a POST and its join.
    std::chrono::microseconds join_delay{};
    // Of the server, to report its CPU time and memory.
    std::optional<std::int32_t> pid{};
};

// invalid_argument when a value is out of its range, names the flag.
[[nodiscard]] base::Result<void> check_options(const LoadOptions& options);

}  // namespace flightcast::loadtest
