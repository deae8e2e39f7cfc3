// SPDX-License-Identifier: Apache-2.0
#include "sqlite/checkpointer.h"

#include <chrono>
#include <system_error>
#include <utility>

namespace flightcast::sqlite {
namespace {

using namespace std::chrono_literals;

constexpr auto kInterval = 500ms;
constexpr std::uintmax_t kWalBytesWorthIt = 4 * 1'048'576;

// Beyond this the WAL must shrink, even if the writer has to wait: it fills the disk otherwise.
constexpr std::uintmax_t kWalBytesMax = 256 * 1'048'576;

}  // namespace

Checkpointer::Checkpointer(std::filesystem::path wal, Database database)
    : wal_(std::move(wal)), database_(std::move(database)), thread_([this] { run(); }) {}

base::Result<std::unique_ptr<Checkpointer>> Checkpointer::start(const std::filesystem::path& file) {
    FC_TRY(Database database, Database::open(file));
    std::filesystem::path wal = file;
    wal += "-wal";
    return std::unique_ptr<Checkpointer>(new Checkpointer(std::move(wal), std::move(database)));
}

Checkpointer::~Checkpointer() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

void Checkpointer::run() {
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, kInterval, [this] { return stopping_; })) {
        lock.unlock();
        std::error_code ignored;
        const std::uintmax_t size = std::filesystem::file_size(wal_, ignored);
        if (!ignored && size >= kWalBytesWorthIt) {
            const char* mode = size >= kWalBytesMax ? "TRUNCATE" : "PASSIVE";
            // When it fails, the next round tries again; the data is safe in the WAL.
            const base::Result<void> done =
                database_.run(std::string("PRAGMA wal_checkpoint(") + mode + ")");
            static_cast<void>(done);
        }
        lock.lock();
    }
}

}  // namespace flightcast::sqlite
