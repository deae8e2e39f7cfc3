// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "eventlog/record.h"
#include "flight/topics/topic_set.h"
#include "store/outcome_store.h"

namespace flightcast::scoring {

// Told of every outcome that the store refuses for good, with the store's reason.
using OnRefused = std::function<void(const flight::Outcome& outcome, const std::string& reason)>;

// Copies outcomes from the log into the store. Putting one twice stores it once, so a crash between
// the store and the commit of positions only repeats work. A prediction that the store refuses for
// good becomes a dead letter that says why and holds it; the others of its batch are stored.
//
// Thread-safety: one thread at a time.
class Archiver {
  public:
    // REQUIRES: `store` and `clock` outlive the archiver.
    Archiver(
        store::OutcomeStore& store,
        flight::TopicSet topics,
        const base::Clock& clock,
        OnRefused on_refused = {}
    );

    // Stores the outcomes of `records`. Skips records without a request id: no client can ask for
    // them. The dead letters of what the store refuses for good; a failure that it refuses makes
    // none, since it is one. The store's error if it is unavailable.
    [[nodiscard]] base::Result<std::vector<eventlog::NewRecord>> process(
        const std::vector<eventlog::Record>& records
    );

  private:
    [[nodiscard]] eventlog::NewRecord letter_of(
        const flight::Outcome& outcome, const std::string& reason, const eventlog::Record& record
    ) const;

    store::OutcomeStore& store_;
    const flight::TopicSet topics_;
    const base::Clock& clock_;
    const OnRefused on_refused_;
};

}  // namespace flightcast::scoring
