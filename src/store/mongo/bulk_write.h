// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/mongo/connection_pool.h"
#include "store/mongo/document.h"
#include "store/outcome_store.h"

namespace flightcast::store::mongo {

// Stores those of `documents` whose UUID has no document yet, under whatever `_id` and of whatever
// program, in commands of at most limits::kMongoBulkMax. What somebody else stores at the same
// moment under the same `_id` counts as stored. Returns those that the server refuses for good, by
// index in `documents`. After an error any part may be stored; repeating is harmless.
[[nodiscard]] base::Result<std::vector<Refusal>> store_new(
    ConnectionPool& pool, const std::string& collection, std::span<const NewDocument> documents
);

}  // namespace flightcast::store::mongo
