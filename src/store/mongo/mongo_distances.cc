// SPDX-License-Identifier: Apache-2.0
//
// Documents are read as JSON lines, so that routes are checked in one place.
#include "store/mongo/mongo_distances.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "store/mongo/connection_pool.h"
#include "store/mongo/handles.h"

namespace flightcast::store::mongo {

using base::Errc;
using base::Result;
using flight::KnownRoute;
using flight::RouteTable;

namespace {

// The fields that identify a route, in the original's order.
void append_route(bson_t& bson, const KnownRoute& route) {
    append(bson, "Origin", route.origin);
    append(bson, "Dest", route.dest);
}

void add_new(mongoc_bulk_operation_t& bulk, const KnownRoute& route) {
    const Bson document = new_bson();
    append_route(*document, route);
    bson_append_double(document.get(), "Distance", -1, route.miles);
    bson_error_t ignored;  // Only for malformed documents; execute() would say so, too.
    mongoc_bulk_operation_insert_with_opts(&bulk, document.get(), nullptr, &ignored);
}

void add_change(mongoc_bulk_operation_t& bulk, const KnownRoute& route) {
    const Bson selector = new_bson();
    append_route(*selector, route);
    const Bson update = new_bson();
    bson_t set;
    BSON_APPEND_DOCUMENT_BEGIN(update.get(), "$set", &set);
    bson_append_double(&set, "Distance", -1, route.miles);
    bson_append_document_end(update.get(), &set);
    bson_error_t ignored;
    mongoc_bulk_operation_update_many_with_opts(
        &bulk, selector.get(), update.get(), nullptr, &ignored
    );
}

using AddTo = void (*)(mongoc_bulk_operation_t& bulk, const KnownRoute& route);

Result<void> write(
    ConnectionPool& pool,
    const std::string& collection,
    const std::vector<KnownRoute>& routes,
    AddTo add_to
) {
    FC_TRY(const ConnectionPool::Lease lease, pool.lease());
    const auto handle = lease.collection(collection);
    for (std::size_t start = 0; start < routes.size(); start += base::limits::kMongoBulkMax) {
        const Handle<mongoc_bulk_operation_t> bulk(
            mongoc_collection_create_bulk_operation_with_opts(handle.get(), nullptr)
        );
        const std::size_t end = std::min(start + base::limits::kMongoBulkMax, routes.size());
        for (std::size_t i = start; i < end; ++i) add_to(*bulk, routes[i]);
        Reply reply;
        bson_error_t error{};
        if (mongoc_bulk_operation_execute(bulk.get(), reply.out(), &error) == 0) {
            return std::unexpected(pool.to_error(error, "store distances"));
        }
    }
    return {};
}

}  // namespace

struct MongoDistances::Lines {
    std::string text;  // JSON lines that are routes
    std::size_t count = 0;
    std::size_t passed_over = 0;
};

MongoDistances::MongoDistances(std::string collection, std::shared_ptr<ConnectionPool> pool)
    : collection_(std::move(collection)), pool_(std::move(pool)) {}

Result<std::unique_ptr<MongoDistances>> MongoDistances::open(const MongoOptions& options) {
    FC_TRY(auto pool, ConnectionPool::open(options));
    return std::unique_ptr<MongoDistances>(new MongoDistances(options.distances, std::move(pool)));
}

Result<MongoDistances::Lines> MongoDistances::read_lines() {
    FC_TRY(const ConnectionPool::Lease lease, pool_->lease());
    const auto collection = lease.collection(collection_);
    const Bson filter = new_bson();
    const Handle<mongoc_cursor_t> cursor(
        mongoc_collection_find_with_opts(collection.get(), filter.get(), nullptr, nullptr)
    );
    Lines lines;
    const bson_t* document = nullptr;
    while (mongoc_cursor_next(cursor.get(), &document)) {
        if (lines.count + lines.passed_over == base::limits::kMongoRoutesMax) {
            return base::fail(Errc::full, collection_ + " has too many documents to be distances");
        }
        char* json = bson_as_relaxed_extended_json(document, nullptr);
        std::string line = json == nullptr ? std::string() : std::string(json);
        bson_free(json);
        if (!RouteTable::parse(line)) {
            ++lines.passed_over;
            continue;
        }
        lines.text += line + '\n';
        ++lines.count;
    }
    bson_error_t error{};
    if (mongoc_cursor_error(cursor.get(), &error)) {
        return std::unexpected(pool_->to_error(error, "read the distances"));
    }
    return lines;
}

Result<MongoDistances::Table> MongoDistances::read() {
    FC_TRY(const Lines lines, read_lines());
    if (lines.count == 0) {
        return base::fail(
            Errc::not_found,
            "MongoDB at " + pool_->server() + " has no distances in " + collection_ +
                ": run 'flightcast import distances FILE --mongo URI'"
        );
    }
    FC_TRY(RouteTable routes, RouteTable::parse(lines.text));
    return Table{.routes = std::move(routes), .passed_over = lines.passed_over};
}

Result<MongoDistances::Imported> MongoDistances::import(const RouteTable& routes) {
    FC_TRY(const Lines lines, read_lines());
    RouteTable known;
    if (lines.count > 0) {
        FC_TRY(known, RouteTable::parse(lines.text));
    }
    std::vector<KnownRoute> missing;
    std::vector<KnownRoute> changed;
    std::size_t unchanged = 0;
    for (const KnownRoute& route : routes.sorted()) {
        const auto miles = known.distance(route.origin, route.dest);
        if (!miles) {
            missing.push_back(route);
        } else if (*miles != route.miles) {
            changed.push_back(route);
        } else {
            ++unchanged;
        }
    }
    FC_TRY_VOID(write(*pool_, collection_, missing, add_new));
    FC_TRY_VOID(write(*pool_, collection_, changed, add_change));
    return Imported{.added = missing.size(), .changed = changed.size(), .unchanged = unchanged};
}

}  // namespace flightcast::store::mongo
