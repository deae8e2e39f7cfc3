// SPDX-License-Identifier: Apache-2.0
#include "store/mongo/stored_outcomes.h"

#include <memory>

#include "store/mongo/connection_pool.h"
#include "store/mongo/document.h"
#include "store/mongo/handles.h"

namespace flightcast::store::mongo {

using base::Result;

Result<std::size_t> read_outcomes(
    const MongoOptions& options, flight::OutcomeKind kind, const TakeOutcome& take
) {
    FC_TRY(const auto pool, ConnectionPool::open(options));
    FC_TRY(const ConnectionPool::Lease lease, pool->lease());
    const bool is_prediction = kind == flight::OutcomeKind::prediction;
    const auto collection =
        lease.collection(is_prediction ? options.predictions : options.failures);
    const Bson filter = new_bson();
    const Handle<mongoc_cursor_t> cursor(
        mongoc_collection_find_with_opts(collection.get(), filter.get(), nullptr, nullptr)
    );
    std::size_t skipped = 0;
    const bson_t* document = nullptr;
    while (mongoc_cursor_next(cursor.get(), &document)) {
        const auto stored = outcome_of(kind, *document, options.zone);
        if (!stored) {
            ++skipped;
            continue;
        }
        FC_TRY_VOID(take(stored->outcome.json));
    }
    bson_error_t error{};
    if (mongoc_cursor_error(cursor.get(), &error)) {
        return std::unexpected(pool->to_error(error, "read outcomes"));
    }
    return skipped;
}

}  // namespace flightcast::store::mongo
