// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "app/options/options.h"
#include "base/result.h"
#include "replay/list_loader.h"
#include "replay/player.h"

namespace flightcast::app::replay {

// The wishes of `flightcast replay`. Without url and Kafka it plays into the data folder.
struct ReplayOptions {
    std::vector<std::filesystem::path> data;
    flightcast::replay::ListOptions list;
    flightcast::replay::PlayOptions play;
    std::string url;                 // of a server; empty: none
    std::filesystem::path position;  // empty: in the data folder, named by the replay
    bool restart = false;            // begins anew, whatever the position says
};

// Reads the flights and plays them to the end, with progress on standard error. Errors:
// invalid_argument for wrong options and files; closed when `stop` was wished: the next call goes
// on.
[[nodiscard]] base::Result<flightcast::replay::Played> run_replay(
    ReplayOptions options, const options::ServeOptions& serve, const std::stop_token& stop
);

}  // namespace flightcast::app::replay
