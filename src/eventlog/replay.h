// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "eventlog/event_log.h"

namespace flightcast::eventlog {

// What a reader without a group reads again when its process starts: the last `window`, and before
// that everything that `behind_group` has yet to read. So when the group copies records to a store,
// each record is in the store or comes by, and what a crash repeats comes after the original.
struct ReplayOptions {
    std::vector<std::string> topics;
    std::string behind_group;            // empty: none, so the window alone
    std::chrono::milliseconds window{};  // by the log's clock
};

// Where such a reader begins, for every partition of the topics. Without a group it is just the
// window: a topic may go back for a week.
[[nodiscard]] base::Result<std::vector<Position>> replay_start(
    Admin& admin, const ReplayOptions& options, base::WallTime now
);

// A reader at that place, and the ends of its topics when it was opened: once it has reached them
// (positions.h), nothing that was appended before is unknown.
struct Replay {
    std::unique_ptr<Reader> reader;
    std::vector<Position> caught_up_at;
};

// Opens one. Takes as long as the log's time-outs, so not on an I/O thread; the log's error while
// it cannot be reached or a topic is missing.
[[nodiscard]] base::Result<Replay> open_replay(
    EventLog& log, const ReplayOptions& options, base::WallTime now
);

}  // namespace flightcast::eventlog
