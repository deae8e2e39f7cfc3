// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>

#include "base/clock.h"
#include "base/strong_id.h"
#include "base/uuid.h"

namespace flightcast::loadtest {

using ClientId = base::StrongId<struct ClientIdTag, std::uint32_t>;

// A server's possible answers about a request.
enum class Outcome : std::uint8_t {
    prediction,
    failure,      // prediction_failed: it will never be scored.
    still_waits,  // prediction_failed with final = false: the wait ended, an outcome may still
                  // come.
};

// Whether every accepted request had exactly one outcome, sent to the connection that joined it.
struct Tally {
    std::uint64_t accepted = 0;
    std::uint64_t repeated_ids = 0;  // POSTs answered with an id that was given out before.
    std::uint64_t predictions = 0;   // First outcomes,
    std::uint64_t failures = 0;      // by kind.
    std::uint64_t still_waits = 0;   // No outcomes.
    std::uint64_t doubled = 0;       // Outcomes after the first.
    std::uint64_t misdelivered = 0;  // Outcomes to a connection that had not joined that id.

    bool operator==(const Tally&) const = default;
};

// The books of one run: the outcomes that each client was promised, and those that arrived. An
// outcome that was not delivered to its owner is still owed.
//
// Thread-safety: one thread only.
class Ledger {
  public:
    // The server accepted a request of `client`, meant to be sent at `intended`, as `id`. False,
    // and only counted, when that id is in the books already.
    bool accept(const base::Uuid& id, ClientId client, base::SteadyTime intended);

    // The owner of `id` asks for its outcome now. REQUIRES: `id` was accepted.
    void join(const base::Uuid& id);

    // `client` was sent an outcome of `id`. Gives the intended time of the request when this is its
    // first outcome and rightly delivered, nothing when it is anything else.
    std::optional<base::SteadyTime> deliver(const base::Uuid& id, ClientId client, Outcome outcome);

    // Accepted requests without an outcome: at the end of a run, those that are lost.
    [[nodiscard]] std::uint64_t owed() const { return owed_; }

    [[nodiscard]] const Tally& tally() const { return tally_; }

  private:
    enum class State : std::uint8_t { accepted, joined, settled };
    struct Entry {
        base::SteadyTime intended;
        ClientId owner;
        State state = State::accepted;
    };

    std::unordered_map<base::Uuid, Entry> entries_;
    std::uint64_t owed_ = 0;
    Tally tally_;
};

}  // namespace flightcast::loadtest
