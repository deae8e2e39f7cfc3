// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace flightcast::scoring {

// What a schedule came to.
struct FoldPlayed {
    std::optional<std::string> fault;  // the first promise that was broken
    std::size_t answers = 0;
    std::size_t kills = 0;
    std::size_t corrections = 0;  // reports that changed what had been told of a flight
    std::size_t late = 0;
};

// Plays one schedule of the live fold: reports of two dozen flights over two days, from several
// sources, doubled, corrected, taken back, contradicted by worse sources, some a day late; a scorer
// that reads them in batches, answers in between, is killed and begins again. Compared are
//
// - each answer's values, bit for bit, with a fold of the records up to the offset that it names,
//   which is the last one of the log at that time: so nothing that was told later is in it;
// - the sums of some means with sums over the flights that are made anew from the records so far,
//   by rules of their own.
[[nodiscard]] FoldPlayed play_fold_schedule(std::uint64_t seed);

}  // namespace flightcast::scoring
