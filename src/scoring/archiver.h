// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "eventlog/record.h"
#include "store/outcome_store.h"

namespace flightcast::scoring {

// Copies outcomes from the log into the store. Putting one twice stores it once, so a crash between
// the store and the commit of positions only repeats work.
//
// Thread-safety: one thread at a time.
class Archiver {
  public:
    // REQUIRES: `store` outlives the archiver.
    Archiver(store::OutcomeStore& store, std::string response_topic);

    // Stores the outcomes of `records`; what names no request is passed over, nobody can ask for
    // it. Publishes nothing. The store's error when it is away.
    [[nodiscard]] base::Result<std::vector<eventlog::NewRecord>> process(
        const std::vector<eventlog::Record>& records
    );

  private:
    store::OutcomeStore& store_;
    const std::string response_topic_;
};

}  // namespace flightcast::scoring
