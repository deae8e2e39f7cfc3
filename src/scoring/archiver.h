// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "base/result.h"
#include "eventlog/record.h"
#include "flight/topic_set.h"
#include "store/outcome_store.h"

namespace flightcast::scoring {

// Copies outcomes from the log into the store. Putting one twice stores it once, so a crash between
// the store and the commit of positions only repeats work.
//
// Thread-safety: one thread at a time.
class Archiver {
  public:
    // REQUIRES: `store` outlives the archiver.
    Archiver(store::OutcomeStore& store, flight::TopicSet topics);

    // Stores the outcomes of `records`. Skips records without a request id: no client can ask for
    // them. Publishes nothing. The store's error if it is unavailable.
    [[nodiscard]] base::Result<std::vector<eventlog::NewRecord>> process(
        const std::vector<eventlog::Record>& records
    );

  private:
    store::OutcomeStore& store_;
    const flight::TopicSet topics_;
};

}  // namespace flightcast::scoring
