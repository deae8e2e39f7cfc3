// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/result.h"
#include "store/mongo/handles.h"
#include "store/mongo/mongo_options.h"

namespace flightcast::store::mongo {

// Connections to one MongoDB, made when they are first used and kept.
//
// Thread-safety: any thread may call any member; a lease's connection is one thread's.
class ConnectionPool {
  public:
    // Reads and checks the URI; connects to nothing. Errc::invalid_argument names the fault,
    // without secrets.
    [[nodiscard]] static base::Result<std::shared_ptr<ConnectionPool>> open(
        const MongoOptions& options
    );

    // A connection, given back when the lease goes.
    // REQUIRES: the pool outlives it.
    class Lease {
      public:
        [[nodiscard]] mongoc_client_t* client() const { return client_.get(); }
        [[nodiscard]] Handle<mongoc_collection_t> collection(const std::string& name) const;

      private:
        friend class ConnectionPool;

        struct GiveBack {
            mongoc_client_pool_t* pool;
            void operator()(mongoc_client_t* client) const {
                mongoc_client_pool_push(pool, client);
            }
        };

        Lease(const ConnectionPool& pool, mongoc_client_t* client)
            : pool_(&pool), client_(client, GiveBack{pool.pool_.get()}) {}

        const ConnectionPool* pool_;
        std::unique_ptr<mongoc_client_t, GiveBack> client_;
    };

    // Waits while as many are leased as the URI allows (maxPoolSize, 100 unless it says otherwise):
    // for ever, or with waitQueueTimeoutMS in the URI so long; then Errc::unavailable.
    [[nodiscard]] base::Result<Lease> lease();

    // The hosts, for people: "db1:27017,db2:27017".
    [[nodiscard]] const std::string& server() const { return server_; }

    // For maxTimeMS: the server gives a query up before this side does, so that queries which are
    // asked again do not pile up there. 0: without a limit, as the URI may say.
    [[nodiscard]] std::chrono::milliseconds query_time() const { return query_time_; }

    // `error` with the server's name; see mongo_error.h.
    [[nodiscard]] base::Error to_error(const bson_error_t& error, std::string_view purpose) const;

  private:
    struct DestroyPool {
        void operator()(mongoc_client_pool_t* pool) const { mongoc_client_pool_destroy(pool); }
    };

    using PoolHandle = std::unique_ptr<mongoc_client_pool_t, DestroyPool>;

    ConnectionPool(
        PoolHandle pool,
        std::string database,
        std::string server,
        std::chrono::milliseconds query_time
    );

    const PoolHandle pool_;
    const std::string database_;
    const std::string server_;
    const std::chrono::milliseconds query_time_;
};

}  // namespace flightcast::store::mongo
