// SPDX-License-Identifier: Apache-2.0
//
// While commits follow each other closely the log is never seen wholly copied, so it would grow for
// ever. From a certain length on commits wait while its end is copied; then it is written from its
// beginning again, which is also cheaper than to make a file longer. A reader of another program
// that stands still forbids that; waiting for it would stop all commits, so the log grows meanwhile
// and that is said. The first commit into a log that begins anew cuts the file
// (`Database`'s journal_size_limit); when nothing is written, it is cut here.
#include "sqlite/wal_keeper.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "base/limits.h"

namespace flightcast::sqlite {
namespace {

using namespace std::chrono_literals;

// A checkpoint flushes the database file and is felt by commits meanwhile: seldom while little is
// written, often while much is.
constexpr std::chrono::milliseconds kIntervalMin = 250ms;
constexpr std::chrono::milliseconds kIntervalMax = 4s;

constexpr std::int64_t kFrameBytes = 4'096 + 24;
constexpr std::int64_t kFramesWorthIt = 2 * 1'048'576 / kFrameBytes;
constexpr std::int64_t kFramesToRestart = base::limits::kWalBytesKept / kFrameBytes;

// Our own readers are done within this; a longer wait would be felt by commits.
constexpr int kPatienceMs = 100;

}  // namespace

WalKeeper::WalKeeper(Database database, std::filesystem::path wal, WalNotices notices)
    : database_(std::move(database)),
      wal_(std::move(wal)),
      notices_(std::move(notices)),
      interval_(kIntervalMin) {}

base::Result<WalKeeper> WalKeeper::open(const std::filesystem::path& file, WalNotices notices) {
    FC_TRY(Database database, Database::open(file, {.busy_timeout_ms = kPatienceMs}));
    FC_TRY_VOID(database.guard_files());
    return WalKeeper(std::move(database), file.string() + "-wal", std::move(notices));
}

base::Result<WalKeeper::Frames> WalKeeper::checkpoint(const char* mode) {
    FC_TRY(Statement pragma, database_.prepare(std::string("PRAGMA wal_checkpoint(") + mode + ")"));
    FC_TRY(const bool row, pragma.step());
    if (!row) return Frames{};
    return Frames{.all = pragma.integer(1), .copied = pragma.integer(2)};
}

// Never into files that were replaced: it would make damage look like health.
base::Result<WalKeeper::Frames> WalKeeper::copy() {
    FC_TRY_VOID(database_.check_files());
    FC_TRY_VOID(database_.make_flushes_good());
    return checkpoint("PASSIVE");
}

void WalKeeper::shorten(const Frames& frames, bool is_idle) {
    // What is left was written meanwhile; more than that, and a reader needs it: no wait would
    // help.
    const bool is_copied = frames.all - frames.copied < kFramesWorthIt;
    if (!is_copied || frames.all < kFramesToRestart) return;
    // When it fails because of a reader, the next round tries again.
    static_cast<void>(checkpoint(is_idle ? "TRUNCATE" : "RESTART"));
}

// When copying fails the data is safe in the log, which grows.
void WalKeeper::note_trouble(const std::string& trouble) {
    const std::string before = std::exchange(trouble_, trouble);
    if (trouble.empty() && !before.empty()) {
        notices_.info("the write-ahead log is copied into the database again");
    } else if (trouble != before) {
        notices_.warning("cannot copy the write-ahead log into the database: " + trouble);
    }
}

void WalKeeper::note_size() {
    std::error_code ignored;
    const std::uintmax_t bytes = std::filesystem::file_size(wal_, ignored);
    if (ignored) return;
    const bool was_too_long = is_too_long_;
    // Said again only after it had become short.
    is_too_long_ =
        bytes > (was_too_long ? base::limits::kWalBytesMax / 2 : base::limits::kWalBytesMax);
    if (is_too_long_ == was_too_long) return;
    const std::string size = std::to_string(bytes / 1'048'576) + " MiB";
    if (is_too_long_) {
        notices_.warning(
            wal_.string() + " has " + size +
            ", since another program has been reading the database for long: end it "
            "(a backup, the sqlite3 shell)"
        );
    } else {
        notices_.info(wal_.string() + " is short again: " + size);
    }
}

std::chrono::milliseconds WalKeeper::round() {
    const base::Result<Frames> frames = copy();
    note_trouble(frames ? "" : frames.error().detail);
    note_size();
    if (!frames) return interval_ = std::min(interval_ * 2, kIntervalMax);
    const std::int64_t before = std::exchange(frames_before_, frames->all);
    const bool is_idle = frames->all == before;
    // Fewer frames than before: it was begun anew.
    const std::int64_t written = frames->all < before ? frames->all : frames->all - before;
    shorten(*frames, is_idle);
    interval_ = written < kFramesWorthIt ? std::min(interval_ * 2, kIntervalMax) : kIntervalMin;
    return interval_;
}

}  // namespace flightcast::sqlite
