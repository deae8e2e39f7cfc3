// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <thread>

#include "base/result.h"
#include "sqlite/database.h"

namespace flightcast::sqlite {

// Moves what the write-ahead log holds into the database file, on a thread of its own: it flushes
// many pages, which a commit that a user waits for must not pay. Readers go on meanwhile, and so
// does the writer, unless the log has become so long that it must be written from its beginning
// again.
//
// Thread-safety: one thread constructs and destroys it.
class Checkpointer {
  public:
    [[nodiscard]] static base::Result<std::unique_ptr<Checkpointer>> start(
        const std::filesystem::path& file
    );
    ~Checkpointer();

  private:
    explicit Checkpointer(Database database);
    base::Result<std::int64_t> checkpoint(const char* mode);  // gives the frames in the log
    std::int64_t round();
    void run();

    Database database_;  // its thread's
    std::mutex mutex_;
    std::condition_variable wake_;
    bool stopping_ = false;  // guarded by mutex_
    std::thread thread_;
};

}  // namespace flightcast::sqlite
