// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>

#include "base/result.h"
#include "flight/route_table.h"
#include "store/mongo/mongo_options.h"

namespace flightcast::store::mongo {

class ConnectionPool;

// The routes and their distances in MongoDB: {"Origin": "EWR", "Dest": "JFK", "Distance": 21.0},
// one document each, in the collection from which the original system takes them.
//
// Thread-safety: any thread may call any member.
class MongoDistances {
  public:
    // Connects to nothing yet. Errc::invalid_argument: the URI.
    [[nodiscard]] static base::Result<std::unique_ptr<MongoDistances>> open(
        const MongoOptions& options
    );

    // All routes, and how many documents were skipped because they are not routes. Of repeated ones
    // the first counts. Errc::not_found without any route, Errc::unavailable, Errc::full.
    struct Table {
        flight::RouteTable routes;
        std::size_t passed_over = 0;
    };
    [[nodiscard]] base::Result<Table> read();

    // Brings `routes` into the collection: those that are missing, and the distances that differ.
    // Other routes stay. Doing it again changes nothing. Errc::unavailable, Errc::full.
    struct Imported {
        std::size_t added = 0;
        std::size_t changed = 0;
        std::size_t unchanged = 0;

        bool operator==(const Imported&) const = default;
    };
    base::Result<Imported> import(const flight::RouteTable& routes);

  private:
    MongoDistances(std::string collection, std::shared_ptr<ConnectionPool> pool);

    struct Lines;
    base::Result<Lines> read_lines();

    const std::string collection_;
    const std::shared_ptr<ConnectionPool> pool_;
};

}  // namespace flightcast::store::mongo
