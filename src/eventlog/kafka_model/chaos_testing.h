// SPDX-License-Identifier: Apache-2.0
//
// Everything at once on the model, as a seed will have it: deaths, hangs, restarts, joins, lost
// answers, refused steps, topics that grow or are made again, positions that a stranger holds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <ostream>

namespace flightcast::eventlog::kafka_model {

// What became of a run, once everything was mended.
struct ChaosVerdict {
    std::size_t unanswered = 0;   // requests
    std::size_t doubled = 0;      // outcomes beyond the first, for a reader of committed records
    bool is_shared_out = true;    // every partition has an owner
    bool has_one_of_each = true;  // of the processes with one name one is left
    bool was_made_again = false;  // the topic of requests: what was answered may be answered again
    std::size_t fatal = 0;        // members that gave up for good

    [[nodiscard]] bool is_kept(bool exactly_once) const {
        const bool may_double = !exactly_once || was_made_again;
        return unanswered == 0 && (may_double || doubled == 0) && is_shared_out &&
               has_one_of_each && fatal == 0;
    }
};

std::ostream& operator<<(std::ostream& out, const ChaosVerdict& verdict);

[[nodiscard]] ChaosVerdict run_chaos(std::uint64_t seed, bool exactly_once);

}  // namespace flightcast::eventlog::kafka_model
