// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/result.h"
#include "flight/active_routes.h"
#include "store/mongo/mongo_distances.h"
#include "store/mongo/mongo_options.h"

namespace flightcast::store::mongo {

// Keeps the routes in force as MongoDB has them: reads them at once, or as soon as there is a
// server, and again from time to time. As long as they cannot be read, those that were in force
// stay.
//
// Thread-safety: one thread starts and ends it; ready() from any thread.
class DistanceRefresher {
  public:
    // `warn` of the options is told once of each trouble and of its end. REQUIRES: `routes`
    // outlives the refresher. Errc::invalid_argument: the URI.
    [[nodiscard]] static base::Result<std::unique_ptr<DistanceRefresher>> start(
        const MongoOptions& options, flight::ActiveRoutes& routes, std::chrono::milliseconds every
    );
    ~DistanceRefresher();

    // Nothing once the server has answered, be it that it has no distances; else why it has not
    // yet.
    [[nodiscard]] base::Result<void> ready() const;

  private:
    DistanceRefresher(
        std::unique_ptr<MongoDistances> distances,
        std::function<void(const std::string&)> warn,
        flight::ActiveRoutes& routes,
        std::chrono::milliseconds every
    );

    void run();
    bool refresh();
    void tell(const std::string& trouble);

    const std::unique_ptr<MongoDistances> distances_;
    const std::function<void(const std::string&)> warn_;
    flight::ActiveRoutes& routes_;
    const std::chrono::milliseconds every_;
    std::string told_;  // the thread's: the trouble that was told last
    mutable std::mutex mutex_;
    std::condition_variable condition_;
    base::Result<void> ready_;  // guarded by mutex_
    bool closing_ = false;      // guarded by mutex_
    std::thread thread_;
};

}  // namespace flightcast::store::mongo
