// SPDX-License-Identifier: Apache-2.0
//
// A simulation of arrivals: flights, reports and evaluators that die, from a seed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace flightcast::judging {

// What one schedule showed.
struct Played {
    std::optional<std::string> fault;  // in words; none: all promises were kept
    std::size_t judged = 0;            // predictions that were judged in the end
    std::size_t ended = 0;             // that were cancelled, diverted or are ambiguous
    std::size_t kills = 0;             // of evaluators
    std::size_t lost = 0;              // publishes that never came
    std::size_t in_file = 0;           // predictions that waited in a file in the end
    bool is_left_out = false;          // its end depends on ties that the oracle does not know
};

// Plays the schedule of a seed. Records of one or eight partitions come in any order, evaluations
// are lost or published twice, evaluators are killed, and in some schedules two of them publish, as
// when one does not know yet that it has lost its partition. Checked in the end:
//
// - the evaluations are those of an offline join (offline_join_testing.h), and of the first answer;
// - no revision was left out, and each correction names the state before, where one published;
// - a fold of the topic counts every prediction once, with the figures of the join, and a second
//   reading of the topic changes nothing.
[[nodiscard]] Played play_schedule(std::uint64_t seed);

}  // namespace flightcast::judging
