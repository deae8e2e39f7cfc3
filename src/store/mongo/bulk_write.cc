// SPDX-License-Identifier: Apache-2.0
//
// Inserts, of which those are refused as duplicates (E11000) whose id is there: the first one
// stays. An upsert with $setOnInsert would say the same without refusals, but servers sort the
// fields of that (MongoDB since 5.0), and documents must have the original's order.
#include "store/mongo/bulk_write.h"

#include <algorithm>

#include "base/limits.h"
#include "store/mongo/mongo_error.h"

namespace flightcast::store::mongo {

using base::Result;

namespace {

void add_insert(mongoc_bulk_operation_t& bulk, const NewDocument& document) {
    const bson_oid_t oid = to_oid(document.id);
    const Bson whole = new_bson();
    bson_append_oid(whole.get(), "_id", -1, &oid);
    bson_concat(whole.get(), document.body.get());
    bson_error_t ignored;  // Only for malformed documents; execute() would say so, too.
    mongoc_bulk_operation_insert_with_opts(&bulk, whole.get(), nullptr, &ignored);
}

// What a bulk that failed says about each of its documents.
struct Failures {
    std::size_t duplicates = 0;
    std::size_t others = 0;
};

Failures failures_in(const bson_t& reply, const char* key) {
    Failures failures;
    bson_iter_t list;
    bson_iter_t item;
    bson_iter_t code;
    if (!bson_iter_init_find(&list, &reply, key) || !bson_iter_recurse(&list, &item)) return {};
    while (bson_iter_next(&item)) {
        const bool known = bson_iter_recurse(&item, &code) && bson_iter_find(&code, "code");
        const bool duplicate = known && bson_iter_as_int64(&code) == kDuplicateKey;
        ++(duplicate ? failures.duplicates : failures.others);
    }
    return failures;
}

std::size_t inserted_in(const bson_t& reply) {
    bson_iter_t count;
    if (!bson_iter_init_find(&count, &reply, "nInserted")) return 0;
    return static_cast<std::size_t>(bson_iter_as_int64(&count));
}

enum class Written { all, perhaps_not_all };

Result<Written> write(
    const ConnectionPool& pool,
    mongoc_collection_t& collection,
    std::span<const NewDocument> documents
) {
    const Bson options = new_bson();
    bson_append_bool(options.get(), "ordered", -1, false);
    const Handle<mongoc_bulk_operation_t> bulk(
        mongoc_collection_create_bulk_operation_with_opts(&collection, options.get())
    );
    for (const NewDocument& document : documents) add_insert(*bulk, document);
    Reply reply;
    bson_error_t error{};
    if (mongoc_bulk_operation_execute(bulk.get(), reply.out(), &error) != 0) return Written::all;
    const Failures failures = failures_in(reply.bson(), "writeErrors");
    const Failures concerns = failures_in(reply.bson(), "writeConcernErrors");
    if (error.code == kDuplicateKey && failures.others == 0 && concerns.others == 0) {
        const std::size_t done = inserted_in(reply.bson()) + failures.duplicates;
        return done == documents.size() ? Written::all : Written::perhaps_not_all;
    }
    return std::unexpected(pool.to_error(error, "store outcomes"));
}

}  // namespace

Result<void> store_new(
    ConnectionPool& pool, const std::string& collection, std::span<const NewDocument> documents
) {
    if (documents.empty()) return {};
    FC_TRY(const ConnectionPool::Lease lease, pool.lease());
    const Handle<mongoc_collection_t> handle = lease.collection(collection);
    while (!documents.empty()) {
        const auto chunk = documents.first(std::min(documents.size(), base::limits::kMongoBulkMax));
        documents = documents.subspan(chunk.size());
        FC_TRY(const Written written, write(pool, *handle, chunk));
        if (written == Written::all) continue;
        // A server that stops at the first refusal.
        for (const NewDocument& document : chunk) {
            FC_TRY_VOID(write(pool, *handle, std::span(&document, 1)));
        }
    }
    return {};
}

}  // namespace flightcast::store::mongo
