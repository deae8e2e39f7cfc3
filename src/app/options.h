// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

#include "base/limits.h"
#include "flight/prediction_json.h"
#include "telemetry/log.h"

namespace flightcast::app {

using flight::ResponseFields;

// What `flightcast serve` works with: every option of the table (app/option_table.h), typed and
// checked. The defaults here are the defaults of the program.
struct ServeOptions {
    // Where it listens and what it serves.
    std::string host = "127.0.0.1";
    std::uint16_t port = 5001;       // 0: the system chooses one
    std::filesystem::path data_dir;  // empty: default_data_dir()
    std::filesystem::path model;     // a bundle's folder; empty: the bundled one
    std::filesystem::path web_root;  // a user's own pages; empty: none
    std::string cors_origin;         // "*" or one origin; empty: no other origin may
    std::string instance_id;         // empty: host name, role and port

    // What it says.
    telemetry::LogFormat log_format = telemetry::LogFormat::automatic;
    telemetry::LogLevel log_level = telemetry::LogLevel::info;

    // How long it waits.
    std::chrono::milliseconds accept_timeout = base::limits::kAcceptTimeout;
    std::chrono::milliseconds request_timeout = base::limits::kRequestTimeout;
    std::chrono::milliseconds drain_timeout = base::limits::kDrainTimeout;
    std::chrono::milliseconds replay_window = base::limits::kReplayWindow;
    std::chrono::milliseconds ping_interval = std::chrono::seconds(25);
    std::chrono::milliseconds ping_timeout = std::chrono::seconds(20);

    // How much it holds.
    std::size_t cache_bytes = base::limits::kOutcomeCacheBytesMax;
    std::size_t max_payload = base::limits::kMessageBytesMax;  // bytes
    std::size_t connections_max = base::limits::kConnectionsMax;
    std::chrono::milliseconds log_retention = std::chrono::days(7);
    std::size_t log_retention_bytes = 1'000'000'000;
    std::chrono::milliseconds store_retention{0};  // 0: kept for ever

    // How records look and where they stand.
    ResponseFields response_fields = ResponseFields::all;
    std::string timezone = "UTC";  // a name of the tz database
    std::string request_topic = "flight-delay-ml-request";
    std::string response_topic = "flight-delay-ml-response";
    std::string dead_letter_topic = "flight-delay-ml-dead-letter";

    bool operator==(const ServeOptions&) const = default;
};

// Where data is kept when nothing else is said: $XDG_DATA_HOME/flightcast, else
// ~/.local/share/flightcast, else flightcast-data in the current folder.
[[nodiscard]] std::filesystem::path default_data_dir();

}  // namespace flightcast::app
