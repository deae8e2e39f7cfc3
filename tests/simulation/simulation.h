// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace flightcast::simulation {

// Mistakes that a simulation can be told to make, to show that it would notice them.
enum class Bug {
    none,
    positions_before_outputs,  // a stage commits its positions before what it made of the records
    last_outcome_wins,         // the store replaces an outcome instead of keeping the first
    client_ids_reused,         // a new connection gets the id of one that was never forgotten
};

// Where the log is. Embedded: the process with the stages commits it between their steps. Distant:
// it works by itself, and each stage has a worker of its own, in two processes that share the work.
enum class Shape { embedded, distant };

struct Report {
    std::size_t accepted = 0;   // requests that were answered OK
    std::size_t delivered = 0;  // outcomes that reached a client
    std::size_t crashes = 0;
    std::size_t doubled_responses = 0;  // on the topic: work that was repeated
    std::vector<std::string> faults;    // what must not happen; empty when all is well
};

// Plays one schedule: clients that post, join early, late or twice, drop out and come back; a
// server whose stages run in any order and that is killed at any moment, sometimes with the power;
// a disk and a store that fail for a while; requests that come twice, and some that cannot be
// scored. Then the faults stop, everything settles, and the books are checked:
//
//   * every accepted request has exactly one outcome in the store;
//   * every client that stayed got the outcome of every request it joined, once for each join;
//   * nobody got what it had not joined;
//   * what was delivered is what was stored: unless the power went, then it is scored again, or the
//     cache is smaller than the work that a crash repeats, then a repeated outcome looks new.
//
// The same seed plays the same schedule.
[[nodiscard]] Report simulate(std::uint64_t seed, Shape shape, Bug bug = Bug::none);

}  // namespace flightcast::simulation
