// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "base/clock.h"
#include "base/result.h"
#include "sqlite/wal_keeper.h"

namespace flightcast::sqlite {

// How long each round of copying took is told to `took`, by `clock`, which outlives the
// checkpointer; null: it is not measured.
struct RoundTimes {
    const base::Clock* clock = nullptr;
    std::function<void(std::chrono::nanoseconds)> took{};
};

// Keeps the write-ahead log on a thread of its own: that flushes many pages, which a commit that a
// user waits for must not pay. Readers go on meanwhile, and so does the writer, unless the log has
// become so long that it must be written from its beginning again.
//
// Thread-safety: one thread constructs and destroys it; notices come on its own.
class Checkpointer {
  public:
    // REQUIRES: a connection has written to the database, and outlives the checkpointer.
    [[nodiscard]] static base::Result<std::unique_ptr<Checkpointer>> start(
        const std::filesystem::path& file, WalNotices notices, RoundTimes times = {}
    );
    ~Checkpointer();
    Checkpointer(const Checkpointer&) = delete;
    Checkpointer& operator=(const Checkpointer&) = delete;

  private:
    Checkpointer(WalKeeper keeper, RoundTimes times);
    void run();
    std::chrono::milliseconds timed_round();

    const RoundTimes times_;
    WalKeeper keeper_;  // its thread's
    std::mutex mutex_;
    std::condition_variable wake_;
    bool stopping_ = false;  // guarded by mutex_
    std::thread thread_;
};

}  // namespace flightcast::sqlite
