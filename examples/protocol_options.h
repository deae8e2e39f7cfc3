// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

// The options that both protocol examples take.
struct ProtocolOptions {
    std::string host = "127.0.0.1";
    std::uint16_t port = 3000;
    std::string path;
    std::chrono::milliseconds ping_interval = std::chrono::seconds(25);
    std::chrono::milliseconds ping_timeout = std::chrono::seconds(20);
    std::chrono::milliseconds connect_timeout = std::chrono::seconds(45);
    std::size_t max_payload = 1'000'000;
    std::vector<std::string> cors_origins;
};

// Reads the command line; prints help or a mistake and exits when there is nothing to run.
ProtocolOptions read_options(int argc, char** argv, ProtocolOptions defaults);
