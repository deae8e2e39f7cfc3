// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

#include "base/result.h"
#include "flight/outcome.h"
#include "store/mongo/mongo_options.h"

namespace flightcast::store::mongo {

// Takes the JSON of one stored outcome; an error ends the reading.
using TakeOutcome = std::function<base::Result<void>(std::string_view json)>;

// Hands over the outcomes of one kind in the order of the collection; gives the number of documents
// that are none of ours or the original's and were skipped. Errors: invalid_argument, unavailable
// with the way out; those of `take`.
[[nodiscard]] base::Result<std::size_t> read_outcomes(
    const MongoOptions& options, flight::OutcomeKind kind, const TakeOutcome& take
);

}  // namespace flightcast::store::mongo
