// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/uuid.h"
#include "flight/object_id.h"
#include "flight/outcome.h"

namespace flightcast::store {

// An outcome as it was stored.
struct StoredOutcome {
    flight::Outcome outcome;
    // Its document's, where another program stored it; for our own it follows from the outcome
    // (flight::document_id).
    std::optional<flight::ObjectId> document_id;

    bool operator==(const StoredOutcome&) const = default;
};

// An outcome that the store will never take, whatever happens: because of its values, say.
struct Refusal {
    std::size_t index = 0;  // among those that were put
    std::string reason;     // one sentence for people

    bool operator==(const Refusal&) const = default;
};

using FindDone = std::move_only_function<void(base::Result<std::optional<StoredOutcome>>)>;

// Keeps outcomes by the id of their request. The first prediction and the first failure for an id
// stay; later ones change nothing. store/conformance_testing.h holds every implementation to it.
//
// Thread-safety: any thread may call any member.
class OutcomeStore {
  public:
    virtual ~OutcomeStore() = default;

    // Stores the new ones of `outcomes`, all or none where the database has transactions, except
    // those that it refuses for good, which it returns, sorted by index. An error says that nothing
    // is known; repeating it is harmless. It may take as long as the database's time-out: the
    // archiver's thread only.
    virtual base::Result<std::vector<Refusal>> put(
        const std::vector<flight::Outcome>& outcomes
    ) = 0;

    // Looks `id` up: its prediction, else its failure, else nothing. `done` is called once, perhaps
    // before this returns, perhaps on a thread of the store's. An error (Errc::full,
    // Errc::unavailable, Errc::closed) means that nothing is known.
    virtual void find(const base::Uuid& id, FindDone done) = 0;

    // How many outcomes are stored, for tests and health. As slow as put().
    virtual base::Result<std::int64_t> count() = 0;

    // Whether the store answers, and why it does not. As slow as put().
    virtual base::Result<void> reach() = 0;

    // Removes outcomes stored before `oldest`, at most `outcomes_max`; the number removed. As slow
    // as put(). A store that removes old outcomes by itself removes none here.
    virtual base::Result<std::size_t> trim(base::WallTime oldest, std::size_t outcomes_max) = 0;

    // Whether a server keeps the outcomes, so that a call may take until a time-out; else this
    // process does.
    [[nodiscard]] virtual bool is_distant() const = 0;
};

}  // namespace flightcast::store
