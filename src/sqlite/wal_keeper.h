// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "base/result.h"
#include "sqlite/database.h"

namespace flightcast::sqlite {

// Told when something about the write-ahead log turns bad, and when it is good again.
struct WalNotices {
    std::function<void(const std::string&)> warning;
    std::function<void(const std::string&)> info;
};

// Moves what the write-ahead log holds into the database file, round by round, and keeps it short.
//
// Thread-safety: one thread at a time.
class WalKeeper {
  public:
    // REQUIRES: a connection has written to the database, and outlives the keeper.
    [[nodiscard]] static base::Result<WalKeeper> open(
        const std::filesystem::path& file, WalNotices notices
    );

    // Does what there is to do now; when to come again.
    std::chrono::milliseconds round();

  private:
    struct Frames {
        std::int64_t all = 0;     // in the log
        std::int64_t copied = 0;  // of them, into the database
    };

    WalKeeper(Database database, std::filesystem::path wal, WalNotices notices);
    base::Result<Frames> checkpoint(const char* mode);
    base::Result<Frames> copy();
    void shorten(const Frames& frames, bool is_idle);
    void note_trouble(const std::string& trouble);
    void note_size();

    Database database_;
    std::filesystem::path wal_;
    WalNotices notices_;
    std::chrono::milliseconds interval_;
    std::int64_t frames_before_ = 0;
    std::string trouble_;       // as said last; empty: copying works
    bool is_too_long_ = false;  // said
};

}  // namespace flightcast::sqlite
