// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <unordered_set>

#include "base/result.h"
#include "base/uuid.h"
#include "store/mongo/connection_pool.h"
#include "store/mongo/handles.h"
#include "store/mongo/mongo_options.h"

namespace flightcast::store::mongo {

// {"UUID": {"$in": ["...", ...]}}
[[nodiscard]] Bson filter_for(std::span<const base::Uuid> ids);

// Which of `ids` have a document in the collection, whoever wrote it and under whatever _id: an _id
// tells a repeat only when the request's time is the same, which it is not when a client submits it
// again under its Idempotency-Key. Where the server cannot tell in time, since it has no index on
// UUID, none is known. Errc::unavailable as for every call.
[[nodiscard]] base::Result<std::unordered_set<base::Uuid>> known_ids(
    ConnectionPool& pool,
    const MongoOptions& options,
    const std::string& collection,
    std::span<const base::Uuid> ids
);

}  // namespace flightcast::store::mongo
