// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "store/mongo/connection_pool.h"
#include "store/mongo/mongo_options.h"

namespace flightcast::store::mongo {

// A database of a real server for one test, dropped in the end. FLIGHTCAST_TEST_MONGO names the
// server; './dev test integration' sets it.
class LiveMongo {
  public:
    // REQUIRES: FLIGHTCAST_TEST_MONGO is set.
    LiveMongo();
    ~LiveMongo();
    LiveMongo(const LiveMongo&) = delete;
    LiveMongo& operator=(const LiveMongo&) = delete;

    [[nodiscard]] MongoOptions options() const;
    [[nodiscard]] std::uint16_t port() const;

    // The same through `port` of this machine, with short time limits.
    [[nodiscard]] MongoOptions options_through(std::uint16_t port) const;

    // Inserts a document as another program would.
    void insert(const std::string& collection, const bson_t& document);
    void insert_json(const std::string& collection, const std::string& json);

    // The documents of a collection as canonical extended JSON, by `_id`, one a line.
    [[nodiscard]] std::string dump(const std::string& collection);

    // The names of a collection's indexes, one a line.
    [[nodiscard]] std::string indexes(const std::string& collection);

  private:
    std::string uri_;
    std::string database_;
    std::shared_ptr<ConnectionPool> pool_;
};

// The value of an environment variable that './dev test integration' sets.
[[nodiscard]] std::string required_environment(const char* name);

}  // namespace flightcast::store::mongo
