// SPDX-License-Identifier: Apache-2.0
//
// While commits follow each other closely the WAL is never seen wholly copied, so it would grow for
// ever. From a certain length on commits wait while its end is copied; then it is written from its
// beginning again, which is also cheaper than to make a file longer.
#include "sqlite/checkpointer.h"

#include <algorithm>
#include <string>
#include <utility>

namespace flightcast::sqlite {
namespace {

using namespace std::chrono_literals;

// A checkpoint flushes the database file and is felt by commits meanwhile: seldom while little is
// written, often while much is.
constexpr std::chrono::milliseconds kIntervalMin = 250ms;
constexpr std::chrono::milliseconds kIntervalMax = 4s;

constexpr std::int64_t kFrameBytes = 4'096 + 24;
constexpr std::int64_t kFramesWorthIt = 2 * 1'048'576 / kFrameBytes;
constexpr std::int64_t kFramesToRestart = 16 * 1'048'576 / kFrameBytes;

// Beyond this something kept it from starting over (a reader that stood still); the disk matters
// more than that.
constexpr std::int64_t kFramesMax = 256 * 1'048'576 / kFrameBytes;

}  // namespace

Checkpointer::Checkpointer(Database database)
    : database_(std::move(database)), thread_([this] { run(); }) {}

base::Result<std::unique_ptr<Checkpointer>> Checkpointer::start(const std::filesystem::path& file) {
    FC_TRY(Database database, Database::open(file));
    return std::unique_ptr<Checkpointer>(new Checkpointer(std::move(database)));
}

Checkpointer::~Checkpointer() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

base::Result<std::int64_t> Checkpointer::checkpoint(const char* mode) {
    FC_TRY(Statement pragma, database_.prepare(std::string("PRAGMA wal_checkpoint(") + mode + ")"));
    FC_TRY(const bool row, pragma.step());
    return row ? pragma.integer(1) : 0;
}

// When something fails here, the next round tries again; the data is safe in the WAL.
std::int64_t Checkpointer::round() {
    const base::Result<std::int64_t> frames = checkpoint("PASSIVE");
    if (!frames) return 0;
    if (*frames >= kFramesToRestart) {
        const auto ignored = checkpoint(*frames < kFramesMax ? "RESTART" : "TRUNCATE");
        static_cast<void>(ignored);
    }
    return *frames;
}

void Checkpointer::run() {
    std::chrono::milliseconds interval = kIntervalMin;
    std::int64_t frames_before = 0;
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, interval, [this] { return stopping_; })) {
        lock.unlock();
        const std::int64_t frames = round();
        // Fewer frames than before: it was begun anew.
        const std::int64_t written = frames < frames_before ? frames : frames - frames_before;
        frames_before = frames;
        interval = written < kFramesWorthIt ? std::min(interval * 2, kIntervalMax) : kIntervalMin;
        lock.lock();
    }
}

}  // namespace flightcast::sqlite
