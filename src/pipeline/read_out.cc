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
constexpr auto kPlacePatience = 10s;

constexpr auto kAnswerPatience = 3s;  // of a log that does not answer

}  // namespace

bool ReadOut::is_done() {
    const base::SteadyTime now = parts_.clock.steady_now();
    if (!is_fed_) {
        if (!parts_.is_fed()) return false;
        is_fed_ = true;
        placed_at_ = answered_at_ = now;
    }
    const bool is_placed = parts_.reader.has_all_positions() && !parts_.reader.positions().empty();
    if (is_placed) placed_at_ = now;
    const std::optional<bool> has_read_all = ask();
    if (!has_read_all) return now - answered_at_ >= kAnswerPatience;
    answered_at_ = now;
    return is_placed ? *has_read_all : now - placed_at_ >= kPlacePatience;
}

// None while the log does not answer. A partition of which nothing was read since it was assigned
// may be done, too.
std::optional<bool> ReadOut::ask() {
    if (ends_.empty()) {
        auto found = eventlog::ends_of(parts_.log.admin(), parts_.topics);
        if (!found) return std::nullopt;
        ends_ = *std::move(found);
    }
    const std::vector<Position> read = parts_.reader.positions();
    const auto is_read = [this](const Position& position) {
        const auto end = eventlog::find_position(ends_, position.at);
        return !end || position.next >= *end;
    };
    if (std::ranges::all_of(read, is_read)) return true;
    const auto committed = parts_.log.admin().committed(parts_.group, parts_.topics);
    if (!committed) return std::nullopt;
    return std::ranges::all_of(read, [&](const Position& position) {
        const auto before = eventlog::find_position(*committed, position.at);
        return is_read(position) || (before && is_read({position.at, *before}));
    });
}

}  // namespace flightcast::pipeline
