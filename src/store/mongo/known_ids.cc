// SPDX-License-Identifier: Apache-2.0
#include "store/mongo/known_ids.h"

#include <algorithm>
#include <optional>

#include "base/limits.h"

namespace flightcast::store::mongo {
namespace {

constexpr std::uint32_t kTimeIsUp = 50;  // MaxTimeMSExpired

// {"projection": {"_id": 0, "UUID": 1}, "maxTimeMS": ...}: answered from the index alone.
Bson options_for(const MongoOptions& options) {
    Bson bson = new_bson();
    bson_t projection;
    BSON_APPEND_DOCUMENT_BEGIN(bson.get(), "projection", &projection);
    bson_append_int32(&projection, "_id", -1, 0);
    bson_append_int32(&projection, "UUID", -1, 1);
    bson_append_document_end(bson.get(), &projection);
    bson_append_int64(bson.get(), "maxTimeMS", -1, options.answer_timeout.count());
    return bson;
}

std::optional<base::Uuid> id_in(const bson_t& document) {
    bson_iter_t value;
    if (!bson_iter_init_find(&value, &document, "UUID") || !BSON_ITER_HOLDS_UTF8(&value)) {
        return std::nullopt;
    }
    std::uint32_t size = 0;
    const char* const text = bson_iter_utf8(&value, &size);
    return base::Uuid::parse({text, size});
}

}  // namespace

Bson filter_for(std::span<const base::Uuid> ids) {
    Bson filter = new_bson();
    bson_t condition;
    bson_t list;
    BSON_APPEND_DOCUMENT_BEGIN(filter.get(), "UUID", &condition);
    BSON_APPEND_ARRAY_BEGIN(&condition, "$in", &list);
    for (std::size_t i = 0; i < ids.size(); ++i)
        append(list, std::to_string(i), ids[i].to_string());
    bson_append_array_end(&condition, &list);
    bson_append_document_end(filter.get(), &condition);
    return filter;
}

base::Result<std::unordered_set<base::Uuid>> known_ids(
    ConnectionPool& pool,
    const MongoOptions& options,
    const std::string& collection,
    std::span<const base::Uuid> ids
) {
    std::unordered_set<base::Uuid> known;
    FC_TRY(const ConnectionPool::Lease lease, pool.lease());
    const Handle<mongoc_collection_t> handle = lease.collection(collection);
    const Bson chosen = options_for(options);
    while (!ids.empty()) {
        const auto chunk = ids.first(std::min(ids.size(), base::limits::kMongoLookupMax));
        ids = ids.subspan(chunk.size());
        const Bson filter = filter_for(chunk);
        const Handle<mongoc_cursor_t> cursor(
            mongoc_collection_find_with_opts(handle.get(), filter.get(), chosen.get(), nullptr)
        );
        const bson_t* document = nullptr;
        while (mongoc_cursor_next(cursor.get(), &document)) {
            if (const auto id = id_in(*document)) known.insert(*id);
        }
        bson_error_t error{};
        if (!mongoc_cursor_error(cursor.get(), &error)) continue;
        if (error.code == kTimeIsUp) return std::unordered_set<base::Uuid>{};
        return std::unexpected(pool.to_error(error, "look up what is stored"));
    }
    return known;
}

}  // namespace flightcast::store::mongo
