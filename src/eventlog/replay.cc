// SPDX-License-Identifier: Apache-2.0
#include "eventlog/replay.h"

#include <algorithm>
#include <utility>

#include "base/planted_bug.h"
#include "eventlog/positions.h"

namespace flightcast::eventlog {

using base::Result;

Result<std::vector<Position>> replay_start(
    Admin& admin, const ReplayOptions& options, base::WallTime now
) {
    const bool forgets = base::is_planted(base::PlantedBug::replay_window_too_short);
    const auto window = forgets ? std::chrono::milliseconds(0) : options.window;
    const auto oldest = std::chrono::floor<std::chrono::milliseconds>(now) - window;
    const bool has_group = !options.behind_group.empty();
    std::vector<Position> read;
    if (has_group) {
        FC_TRY(read, admin.committed(options.behind_group, options.topics));
    }
    std::vector<Position> start;
    for (const std::string& topic : options.topics) {
        FC_TRY(std::vector<Position> from, admin.positions_at(topic, oldest));
        for (Position& position : from) {
            if (has_group) {
                const Offset next = find_position(read, position.at).value_or(Offset(0));
                position.next = std::min(position.next, next);
            }
            start.push_back(std::move(position));
        }
    }
    return start;
}

Result<Replay> open_replay(EventLog& log, const ReplayOptions& options, base::WallTime now) {
    FC_TRY(std::vector<Position> start, replay_start(log.admin(), options, now));
    FC_TRY(std::vector<Position> ends, ends_of(log.admin(), options.topics));
    FC_TRY(
        std::unique_ptr<Reader> reader,
        log.open_reader({.topics = options.topics, .start = FromPositions{std::move(start)}})
    );
    return Replay{.reader = std::move(reader), .caught_up_at = std::move(ends)};
}

}  // namespace flightcast::eventlog
