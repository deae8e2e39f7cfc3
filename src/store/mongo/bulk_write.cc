// SPDX-License-Identifier: Apache-2.0
//
// Looks first which UUIDs have a document: the original's have an `_id` of their own, and so has a
// request that was repeated under its Idempotency-Key a second later. Then inserts the others, of
// which those are refused as duplicates (E11000) whose id came meanwhile: the first one stays. An
// upsert with $setOnInsert would say the same without refusals, but servers sort the fields of that
// (MongoDB since 5.0), and documents must have the original's order.
#include "store/mongo/bulk_write.h"

#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "store/mongo/write_reply.h"

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

// Only what is compared: {"projection": {"UUID": 1, "_id": 0}, "maxTimeMS": ...}
Bson uuids_alone(std::chrono::milliseconds time) {
    Bson options = new_bson();
    bson_t projection;
    BSON_APPEND_DOCUMENT_BEGIN(options.get(), "projection", &projection);
    BSON_APPEND_INT32(&projection, kUuid, 1);
    BSON_APPEND_INT32(&projection, "_id", 0);
    bson_append_document_end(options.get(), &projection);
    bson_append_int64(options.get(), "maxTimeMS", -1, time.count());
    return options;
}

// Those of `documents` whose UUID has no document.
Result<std::vector<const NewDocument*>> without_stored(
    const ConnectionPool& pool,
    mongoc_collection_t& collection,
    std::span<const NewDocument> documents
) {
    const Bson filter = filter_for(documents);
    const Bson options = uuids_alone(pool.query_time());
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

// Of one command. Refusals are by index in it, and known only when all is accounted for.
struct Written {
    bool all_known = true;
    std::vector<Refusal> refusals{};
};

Result<Written> write(
    const ConnectionPool& pool,
    mongoc_collection_t& collection,
    std::span<const NewDocument* const> documents
) {
    if (documents.empty()) return Written{};
    const Bson options = new_bson();
    bson_append_bool(options.get(), "ordered", -1, false);
    const Handle<mongoc_bulk_operation_t> bulk(
        mongoc_collection_create_bulk_operation_with_opts(&collection, options.get())
    );
    for (const NewDocument* const document : documents) add_insert(*bulk, *document);
    Reply reply;
    bson_error_t error{};
    if (mongoc_bulk_operation_execute(bulk.get(), reply.out(), &error) != 0) return Written{};
    WriteReply said = read_write_reply(reply.bson());
    const std::size_t known = said.inserted + said.duplicates + said.refusals.size();
    if (!said.has_others && said.duplicates + said.refusals.size() > 0) {
        return Written{known == documents.size(), std::move(said.refusals)};
    }
    // The whole command, because of one of its documents.
    if (!said.has_others && is_lasting(error.code)) {
        if (documents.size() > 1) return Written{.all_known = false};
        return Written{.refusals = {{.index = 0, .reason = error.message}}};
    }
    return std::unexpected(pool.to_error(error, "store outcomes"));
}

// One by one where a server stops at the first refusal.
Result<std::vector<Refusal>> write_each(
    const ConnectionPool& pool,
    mongoc_collection_t& collection,
    std::span<const NewDocument* const> documents
) {
    FC_TRY(Written written, write(pool, collection, documents));
    if (written.all_known) return std::move(written.refusals);
    std::vector<Refusal> refusals;
    for (std::size_t i = 0; i < documents.size(); ++i) {
        FC_TRY(const Written one, write(pool, collection, documents.subspan(i, 1)));
        for (const Refusal& refusal : one.refusals) refusals.push_back({i, refusal.reason});
    }
    return refusals;
}

}  // namespace

Result<std::vector<Refusal>> store_new(
    ConnectionPool& pool, const std::string& collection, std::span<const NewDocument> documents
) {
    std::vector<Refusal> refusals;
    if (documents.empty()) return refusals;
    FC_TRY(const ConnectionPool::Lease lease, pool.lease());
    const Handle<mongoc_collection_t> handle = lease.collection(collection);
    for (std::size_t begin = 0; begin < documents.size(); begin += base::limits::kMongoBulkMax) {
        const auto chunk = documents.subspan(
            begin, std::min(documents.size() - begin, base::limits::kMongoBulkMax)
        );
        FC_TRY(const std::vector<const NewDocument*> missing, without_stored(pool, *handle, chunk));
        FC_TRY(const std::vector<Refusal> refused, write_each(pool, *handle, missing));
        for (const Refusal& refusal : refused) {
            const auto index = missing[refusal.index] - documents.data();
            refusals.push_back({static_cast<std::size_t>(index), refusal.reason});
        }
    }
    return refusals;
}

}  // namespace flightcast::store::mongo
