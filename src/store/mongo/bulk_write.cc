// SPDX-License-Identifier: Apache-2.0
//
// Looks first which UUIDs have a document: the original's have an `_id` of their own, and so has a
// request that was repeated under its Idempotency-Key a second later. Then inserts the others, of
// which those are refused as duplicates (E11000) whose id came meanwhile: the first one stays. An
// upsert with $setOnInsert would say the same without refusals, but servers sort the fields of that
// (MongoDB since 5.0), and documents must have the original's order.
#include "store/mongo/bulk_write.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "store/mongo/mongo_error.h"

namespace flightcast::store::mongo {

using base::Result;

namespace {

constexpr const char* kUuid = "UUID";

// Of a document; empty when it has none that is text.
std::string_view uuid_in(const bson_t& document) {
    bson_iter_t found;
    if (!bson_iter_init_find(&found, &document, kUuid) || !BSON_ITER_HOLDS_UTF8(&found)) return {};
    std::uint32_t length = 0;
    const char* text = bson_iter_utf8(&found, &length);
    return {text, length};
}

// {"UUID": {"$in": [...]}}
Bson filter_for(std::span<const NewDocument> documents) {
    Bson filter = new_bson();
    bson_t of_uuid;
    bson_t list;
    BSON_APPEND_DOCUMENT_BEGIN(filter.get(), kUuid, &of_uuid);
    BSON_APPEND_ARRAY_BEGIN(&of_uuid, "$in", &list);
    std::size_t index = 0;
    for (const NewDocument& document : documents) {
        const std::string_view uuid = uuid_in(*document.body);
        const std::string key = std::to_string(index++);
        bson_append_utf8(&list, key.c_str(), -1, uuid.data(), static_cast<int>(uuid.size()));
    }
    bson_append_array_end(&of_uuid, &list);
    bson_append_document_end(filter.get(), &of_uuid);
    return filter;
}

// Only what is compared: {"projection": {"UUID": 1, "_id": 0}}
Bson uuids_alone() {
    Bson options = new_bson();
    bson_t projection;
    BSON_APPEND_DOCUMENT_BEGIN(options.get(), "projection", &projection);
    BSON_APPEND_INT32(&projection, kUuid, 1);
    BSON_APPEND_INT32(&projection, "_id", 0);
    bson_append_document_end(options.get(), &projection);
    return options;
}

// Those of `documents` whose UUID has no document.
Result<std::vector<const NewDocument*>> without_stored(
    const ConnectionPool& pool,
    mongoc_collection_t& collection,
    std::span<const NewDocument> documents
) {
    const Bson filter = filter_for(documents);
    const Bson options = uuids_alone();
    const Handle<mongoc_cursor_t> cursor(
        mongoc_collection_find_with_opts(&collection, filter.get(), options.get(), nullptr)
    );
    std::set<std::string, std::less<>> stored;
    const bson_t* found = nullptr;
    while (mongoc_cursor_next(cursor.get(), &found)) stored.emplace(uuid_in(*found));
    bson_error_t error{};
    if (mongoc_cursor_error(cursor.get(), &error)) {
        return std::unexpected(pool.to_error(error, "look for outcomes"));
    }
    std::vector<const NewDocument*> others;
    for (const NewDocument& document : documents) {
        if (!stored.contains(uuid_in(*document.body))) others.push_back(&document);
    }
    return others;
}

void add_insert(mongoc_bulk_operation_t& bulk, const NewDocument& document) {
    const bson_oid_t oid = to_oid(document.id);
    const Bson whole = new_bson();
    bson_append_oid(whole.get(), "_id", -1, &oid);
    bson_concat(whole.get(), document.body.get());
    bson_error_t ignored;  // Only for malformed documents; execute() would say so, too.
    mongoc_bulk_operation_insert_with_opts(&bulk, whole.get(), nullptr, &ignored);
}

// The reasons that a failed bulk gives for its documents.
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
    std::span<const NewDocument* const> documents
) {
    if (documents.empty()) return Written::all;
    const Bson options = new_bson();
    bson_append_bool(options.get(), "ordered", -1, false);
    const Handle<mongoc_bulk_operation_t> bulk(
        mongoc_collection_create_bulk_operation_with_opts(&collection, options.get())
    );
    for (const NewDocument* const document : documents) add_insert(*bulk, *document);
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
        FC_TRY(const std::vector<const NewDocument*> missing, without_stored(pool, *handle, chunk));
        FC_TRY(const Written written, write(pool, *handle, missing));
        if (written == Written::all) continue;
        // A server that stops at the first refusal.
        for (const NewDocument* const document : missing) {
            FC_TRY_VOID(write(pool, *handle, std::span(&document, 1)));
        }
    }
    return {};
}

}  // namespace flightcast::store::mongo
