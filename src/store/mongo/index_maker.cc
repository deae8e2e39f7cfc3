// SPDX-License-Identifier: Apache-2.0
#include "store/mongo/index_maker.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "store/mongo/mongo_error.h"

namespace flightcast::store::mongo {

using base::Result;

namespace {

using namespace std::chrono_literals;

constexpr auto kIndexRetryMin = 1s;
constexpr auto kIndexRetryMax = 30s;

// {"UUID": 1}
Bson key_of(const char* field) {
    Bson key = new_bson();
    bson_append_int32(key.get(), field, -1, 1);
    return key;
}

// Whether the server understood and refused; otherwise it could not be asked.
bool is_refusal(const bson_error_t& error) {
    return error.domain == MONGOC_ERROR_SERVER || error.domain == MONGOC_ERROR_WRITE_CONCERN;
}

}  // namespace

IndexMaker::IndexMaker(const MongoOptions& options, std::shared_ptr<ConnectionPool> pool)
    : options_(options), pool_(std::move(pool)), thread_([this] { run(); }) {}

IndexMaker::~IndexMaker() {
    {
        const std::lock_guard lock(mutex_);
        closing_ = true;
    }
    condition_.notify_all();
    wait();
}

void IndexMaker::wait() {
    if (thread_.joinable()) thread_.join();
}

void IndexMaker::run() {
    std::vector<Index> missing = {
        {options_.predictions, "UUID", false}, {options_.failures, "UUID", false}
    };
    if (options_.ttl.count() > 0) {
        missing.push_back({options_.predictions, "Timestamp", true});
        missing.push_back({options_.failures, "FailedAt", true});
    }
    std::chrono::seconds wait = kIndexRetryMin;
    while (true) {
        std::erase_if(missing, [this](const Index& index) { return make(index); });
        if (missing.empty()) return;
        std::unique_lock lock(mutex_);
        if (condition_.wait_for(lock, wait, [this] { return closing_; })) return;
        wait = std::min<std::chrono::seconds>(2 * wait, kIndexRetryMax);
    }
}

std::int64_t IndexMaker::ttl_seconds() const {
    return std::chrono::ceil<std::chrono::seconds>(options_.ttl).count();
}

bool IndexMaker::make(const Index& index) {
    {
        const std::lock_guard lock(mutex_);
        if (closing_) return false;
    }
    const Bson key = key_of(index.field);
    const std::string name = std::string(index.field) + "_1";
    const Bson command = new_bson();
    append(*command, "createIndexes", index.collection);
    bson_t list;
    bson_t item;
    BSON_APPEND_ARRAY_BEGIN(command.get(), "indexes", &list);
    BSON_APPEND_DOCUMENT_BEGIN(&list, "0", &item);
    bson_append_document(&item, "key", -1, key.get());
    append(item, "name", name);
    if (index.expires) bson_append_int64(&item, "expireAfterSeconds", -1, ttl_seconds());
    bson_append_document_end(&list, &item);
    bson_append_array_end(command.get(), &list);

    bson_error_t error{};
    if (run_command(*command, error)) return true;
    if (!is_refusal(error)) return false;
    const bool exists = error.code == kIndexOptionsConflict || error.code == kIndexKeySpecsConflict;
    if (exists && index.expires) return change_expiry(index);
    // One on the same field under another name or with other options does as well.
    if (!exists) warn(index, error.message);
    return true;
}

bool IndexMaker::change_expiry(const Index& index) {
    const Bson key = key_of(index.field);
    const Bson command = new_bson();
    append(*command, "collMod", index.collection);
    bson_t item;
    BSON_APPEND_DOCUMENT_BEGIN(command.get(), "index", &item);
    bson_append_document(&item, "keyPattern", -1, key.get());
    bson_append_int64(&item, "expireAfterSeconds", -1, ttl_seconds());
    bson_append_document_end(command.get(), &item);

    bson_error_t error{};
    if (run_command(*command, error)) return true;
    if (!is_refusal(error)) return false;
    warn(index, error.message);
    return true;
}

bool IndexMaker::run_command(const bson_t& command, bson_error_t& error) const {
    const Result<ConnectionPool::Lease> lease = pool_->lease();
    if (!lease) return false;  // `error` stays empty: no server refused.
    Reply reply;
    return mongoc_client_write_command_with_opts(
        lease->client(), options_.database.c_str(), &command, nullptr, reply.out(), &error
    );
}

void IndexMaker::warn(const Index& index, const std::string& reason) const {
    if (!options_.warn) return;
    const std::string place = options_.database + "." + index.collection;
    options_.warn(
        "MongoDB made no index on " + std::string(index.field) + " of " + place + ": " + reason +
        (index.expires
             ? "; its documents stay for ever"
             : "; look-ups are slow without it: db." + index.collection + ".createIndex({UUID: 1})")
    );
}

}  // namespace flightcast::store::mongo
