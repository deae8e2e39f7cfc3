// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "base/result.h"
#include "store/mongo/connection_pool.h"
#include "store/mongo/document.h"

namespace flightcast::store::mongo {

// Stores those of `documents` whose UUID has no document yet, under whatever `_id` and of whatever
// program, in commands of at most limits::kMongoBulkMax. What somebody else stores at the same
// moment under the same `_id` counts as stored. After an error any part may be stored; repeating is
// harmless.
[[nodiscard]] base::Result<void> store_new(
    ConnectionPool& pool, const std::string& collection, std::span<const NewDocument> documents
);

}  // namespace flightcast::store::mongo
