// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <thread>

#include "base/result.h"
#include "sqlite/database.h"

namespace flightcast::sqlite {

// Moves what the write-ahead log holds into the database file, on a thread of its own: it flushes
// many pages, which a commit that a user waits for must not pay. It takes turns with nobody:
// readers and the writer go on meanwhile.
//
// Thread-safety: one thread constructs and destroys it.
class Checkpointer {
  public:
    [[nodiscard]] static base::Result<std::unique_ptr<Checkpointer>> start(
        const std::filesystem::path& file
    );
    ~Checkpointer();

  private:
    Checkpointer(std::filesystem::path wal, Database database);
    void run();

    const std::filesystem::path wal_;
    Database database_;  // its thread's
    std::mutex mutex_;
    std::condition_variable wake_;
    bool stopping_ = false;  // guarded by mutex_
    std::thread thread_;
};

}  // namespace flightcast::sqlite
