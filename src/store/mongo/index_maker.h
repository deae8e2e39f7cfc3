// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "store/mongo/connection_pool.h"
#include "store/mongo/mongo_options.h"

namespace flightcast::store::mongo {

// Makes the indexes that are missing: on UUID, without which every look-up reads the collection,
// and with a time to live one that lets documents expire. On a thread of its own, since a server
// may be away for long and an index over many documents takes its time. A refusal is logged
// once and then left alone: only speed depends on it.
//
// Thread-safety: one thread makes and ends it.
class IndexMaker {
  public:
    // REQUIRES: `options` outlives the maker.
    IndexMaker(const MongoOptions& options, std::shared_ptr<ConnectionPool> pool);
    ~IndexMaker();

    // Waits until every index is made or refused.
    void wait();

  private:
    struct Index {
        std::string collection;
        const char* field;
        bool expires;
    };

    void run();
    bool make(const Index& index);  // false: try again later
    bool change_expiry(const Index& index);
    [[nodiscard]] std::int64_t ttl_seconds() const;
    bool run_command(const bson_t& command, bson_error_t& error) const;
    void warn(const Index& index, const std::string& reason) const;

    const MongoOptions& options_;
    const std::shared_ptr<ConnectionPool> pool_;
    std::mutex mutex_;
    std::condition_variable condition_;
    bool closing_ = false;  // guarded by mutex_
    std::thread thread_;
};

}  // namespace flightcast::store::mongo
