// SPDX-License-Identifier: Apache-2.0
#include "store/mongo/connection_pool.h"

#include <chrono>
#include <utility>

#include "store/mongo/mongo_error.h"

namespace flightcast::store::mongo {

using base::Errc;
using base::Result;

namespace {

// libmongoc itself, from the first use to the program's end.
class Library {
  public:
    Library() {
        mongoc_init();
        mongoc_log_set_handler(nullptr, nullptr);  // The errors of calls tell enough.
    }
    ~Library() { mongoc_cleanup(); }
    Library(const Library&) = delete;
    Library& operator=(const Library&) = delete;
};

std::string without(std::string text, std::string_view secret) {
    if (secret.empty()) return text;
    for (std::size_t at = text.find(secret); at != std::string::npos; at = text.find(secret)) {
        text.replace(at, secret.size(), "(hidden)");
    }
    return text;
}

// The text between the first ':' and the last '@': the driver's messages may repeat it.
std::string_view password_in(std::string_view uri) {
    const std::size_t scheme = uri.find("://");
    const std::size_t at = uri.rfind('@');
    if (scheme == std::string_view::npos || at == std::string_view::npos) return {};
    const std::size_t colon = uri.find(':', scheme + 3);
    if (colon == std::string_view::npos || colon >= at) return {};
    return uri.substr(colon + 1, at - colon - 1);
}

void set_default(mongoc_uri_t& uri, const char* option, std::chrono::milliseconds value) {
    if (mongoc_uri_has_option(&uri, option)) return;
    mongoc_uri_set_option_as_int32(&uri, option, static_cast<std::int32_t>(value.count()));
}

Result<Handle<mongoc_uri_t>> read_uri(const MongoOptions& options) {
    bson_error_t error{};
    Handle<mongoc_uri_t> uri(mongoc_uri_new_with_error(options.uri.c_str(), &error));
    const std::string shown = redacted_uri(options.uri);
    if (!uri) {
        return base::fail(
            Errc::invalid_argument,
            "'" + shown + "' is an invalid URI of MongoDB: " +
                without(error.message, password_in(options.uri)) +
                "; a good one: mongodb://user@host:27017/?authSource=admin"
        );
    }
    if (!options.password.empty()) {
        if (mongoc_uri_get_username(uri.get()) == nullptr) {
            return base::fail(
                Errc::invalid_argument, "'" + shown + "' names no user to whom the password belongs"
            );
        }
        mongoc_uri_set_password(uri.get(), options.password.c_str());
    }
    const mongoc_write_concern_t* concern = mongoc_uri_get_write_concern(uri.get());
    if (!mongoc_write_concern_is_acknowledged(concern)) {
        return base::fail(
            Errc::invalid_argument, "'" + shown + "': w=0 would lose outcomes; leave it out"
        );
    }
    return uri;
}

std::string hosts_of(const mongoc_uri_t& uri) {
    std::string hosts;
    for (const mongoc_host_list_t* host = mongoc_uri_get_hosts(&uri); host != nullptr;
         host = host->next) {
        if (!hosts.empty()) hosts += ',';
        hosts += host->host_and_port;
    }
    const char* service = mongoc_uri_get_srv_hostname(&uri);
    return hosts.empty() && service != nullptr ? service : hosts;
}

}  // namespace

Result<std::shared_ptr<ConnectionPool>> ConnectionPool::open(const MongoOptions& options) {
    static const Library kLibrary;
    FC_TRY(const Handle<mongoc_uri_t> uri, read_uri(options));
    set_default(*uri, MONGOC_URI_SERVERSELECTIONTIMEOUTMS, options.selection_timeout);
    set_default(*uri, MONGOC_URI_CONNECTTIMEOUTMS, options.connect_timeout);
    set_default(*uri, MONGOC_URI_SOCKETTIMEOUTMS, options.answer_timeout);
    if (!mongoc_uri_has_option(uri.get(), MONGOC_URI_APPNAME)) {
        mongoc_uri_set_appname(uri.get(), "flightcast");
    }
    bson_error_t error{};
    PoolHandle pool(mongoc_client_pool_new_with_error(uri.get(), &error));
    if (!pool) {
        return base::fail(
            Errc::invalid_argument, "'" + redacted_uri(options.uri) + "': " + error.message
        );
    }
    mongoc_client_pool_set_error_api(pool.get(), MONGOC_ERROR_API_VERSION_2);
    return std::shared_ptr<ConnectionPool>(
        new ConnectionPool(std::move(pool), options.database, hosts_of(*uri))
    );
}

ConnectionPool::ConnectionPool(PoolHandle pool, std::string database, std::string server)
    : pool_(std::move(pool)), database_(std::move(database)), server_(std::move(server)) {}

base::Error ConnectionPool::to_error(const bson_error_t& error, std::string_view purpose) const {
    return mongo::to_error(error, server_, purpose);
}

Result<ConnectionPool::Lease> ConnectionPool::lease() {
    mongoc_client_t* const client = mongoc_client_pool_pop(pool_.get());
    if (client != nullptr) return Lease(*this, client);
    return base::fail(
        Errc::unavailable,
        "MongoDB at " + server_ +
            ": no connection came free within waitQueueTimeoutMS (raise maxPoolSize or "
            "waitQueueTimeoutMS in the URI, or leave both out)"
    );
}

Handle<mongoc_collection_t> ConnectionPool::Lease::collection(const std::string& name) const {
    return Handle<mongoc_collection_t>(
        mongoc_client_get_collection(client_.get(), pool_->database_.c_str(), name.c_str())
    );
}

}  // namespace flightcast::store::mongo
