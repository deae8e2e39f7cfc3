// SPDX-License-Identifier: Apache-2.0
#include "pipeline/read_out.h"

#include <algorithm>
#include <chrono>

#include "eventlog/positions.h"

namespace flightcast::pipeline {

using namespace std::chrono_literals;
using eventlog::Position;

namespace {

// Until a reader that has no partitions has got some, if it ever will: a change of members takes
// less, unless the machine is very busy.
constexpr auto kPatience = 10s;

}  // namespace

bool ReadOut::is_done() {
    if (!give_up_ && !parts_.is_fed()) return false;
    const base::SteadyTime now = parts_.clock.steady_now();
    if (!give_up_) give_up_ = now + kPatience;
    if (find_ends() && parts_.reader.has_all_positions() && !parts_.reader.positions().empty()) {
        if (has_read_all()) return true;
        give_up_ = now + kPatience;
        return false;
    }
    return now >= *give_up_;
}

bool ReadOut::find_ends() {
    if (!ends_.empty()) return true;
    auto found = eventlog::ends_of(parts_.log.admin(), parts_.topics);
    if (found) ends_ = *std::move(found);
    return !ends_.empty();
}

// A partition of which nothing was read since it was assigned may be done, too.
bool ReadOut::has_read_all() {
    const std::vector<Position> read = parts_.reader.positions();
    const auto is_read = [this](const Position& position) {
        const auto end = eventlog::find_position(ends_, position.at);
        return !end || position.next >= *end;
    };
    if (std::ranges::all_of(read, is_read)) return true;
    const auto committed = parts_.log.admin().committed(parts_.group, parts_.topics);
    return committed && std::ranges::all_of(read, [&](const Position& position) {
               const auto before = eventlog::find_position(*committed, position.at);
               return is_read(position) || (before && is_read({position.at, *before}));
           });
}

}  // namespace flightcast::pipeline
