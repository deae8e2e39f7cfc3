// SPDX-License-Identifier: Apache-2.0
#include "store/mongo/live_mongo_testing.h"

#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>

namespace flightcast::store::mongo {
namespace {

void check(bool good, const bson_error_t& error) {
    if (good) return;
    std::fprintf(stderr, "MongoDB: %s\n", error.message);
    std::abort();
}

std::string new_database() {
    static std::atomic<int> count = 0;
    return "flightcast_test_" + std::to_string(::getpid()) + "_" + std::to_string(++count);
}

std::string text_of(const bson_t& bson) {
    char* text = bson_as_canonical_extended_json(&bson, nullptr);
    std::string result(text);
    bson_free(text);
    return result;
}

}  // namespace

std::string required_environment(const char* name) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') return value;
    std::fprintf(stderr, "%s is not set: run './dev test integration'\n", name);
    std::abort();
}

LiveMongo::LiveMongo()
    : uri_(required_environment("FLIGHTCAST_TEST_MONGO")), database_(new_database()) {
    pool_ = ConnectionPool::open(options()).value();
}

LiveMongo::~LiveMongo() {
    const ConnectionPool::Lease lease = pool_->lease().value();
    mongoc_database_t* database = mongoc_client_get_database(lease.client(), database_.c_str());
    mongoc_database_drop(database, nullptr);
    mongoc_database_destroy(database);
}

MongoOptions LiveMongo::options() const {
    return {.uri = uri_, .database = database_};
}

std::uint16_t LiveMongo::port() const {
    const Handle<mongoc_uri_t> uri(mongoc_uri_new(uri_.c_str()));
    return mongoc_uri_get_hosts(uri.get())->port;
}

MongoOptions LiveMongo::options_through(std::uint16_t port) const {
    using namespace std::chrono_literals;
    return {
        .uri = "mongodb://127.0.0.1:" + std::to_string(port) + "/?directConnection=true",
        .database = database_,
        .selection_timeout = 500ms,
        .connect_timeout = 500ms,
        .answer_timeout = 1s
    };
}

void LiveMongo::insert(const std::string& collection, const bson_t& document) {
    const ConnectionPool::Lease lease = pool_->lease().value();
    bson_error_t error{};
    check(
        mongoc_collection_insert_one(
            lease.collection(collection).get(), &document, nullptr, nullptr, &error
        ),
        error
    );
}

void LiveMongo::insert_json(const std::string& collection, const std::string& json) {
    bson_error_t error{};
    const Bson bson(bson_new_from_json(
        reinterpret_cast<const std::uint8_t*>(json.data()),
        static_cast<ssize_t>(json.size()),
        &error
    ));
    check(static_cast<bool>(bson), error);
    insert(collection, *bson);
}

std::string LiveMongo::dump(const std::string& collection) {
    const ConnectionPool::Lease lease = pool_->lease().value();
    const auto handle = lease.collection(collection);
    const Bson filter = new_bson();
    const Bson options = new_bson();
    bson_t sort;
    BSON_APPEND_DOCUMENT_BEGIN(options.get(), "sort", &sort);
    bson_append_int32(&sort, "_id", -1, 1);
    bson_append_document_end(options.get(), &sort);
    const Handle<mongoc_cursor_t> cursor(
        mongoc_collection_find_with_opts(handle.get(), filter.get(), options.get(), nullptr)
    );
    std::string text;
    const bson_t* document = nullptr;
    while (mongoc_cursor_next(cursor.get(), &document)) text += text_of(*document) + '\n';
    bson_error_t error{};
    check(!mongoc_cursor_error(cursor.get(), &error), error);
    return text;
}

std::string LiveMongo::indexes(const std::string& collection) {
    const ConnectionPool::Lease lease = pool_->lease().value();
    const auto handle = lease.collection(collection);
    const Handle<mongoc_cursor_t> cursor(
        mongoc_collection_find_indexes_with_opts(handle.get(), nullptr)
    );
    std::string names;
    const bson_t* index = nullptr;
    bson_iter_t name;
    while (mongoc_cursor_next(cursor.get(), &index)) {
        if (bson_iter_init_find(&name, index, "name")) names += bson_iter_utf8(&name, nullptr);
        names += '\n';
    }
    return names;
}

}  // namespace flightcast::store::mongo
