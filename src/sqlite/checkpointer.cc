// SPDX-License-Identifier: Apache-2.0
#include "sqlite/checkpointer.h"

#include <chrono>
#include <utility>

namespace flightcast::sqlite {

Checkpointer::Checkpointer(WalKeeper keeper)
    : keeper_(std::move(keeper)), thread_([this] { run(); }) {}

base::Result<std::unique_ptr<Checkpointer>> Checkpointer::start(
    const std::filesystem::path& file, WalNotices notices
) {
    FC_TRY(WalKeeper keeper, WalKeeper::open(file, std::move(notices)));
    return std::unique_ptr<Checkpointer>(new Checkpointer(std::move(keeper)));
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
    std::chrono::milliseconds interval{0};
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, interval, [this] { return stopping_; })) {
        lock.unlock();
        interval = keeper_.round();
        lock.lock();
    }
}

}  // namespace flightcast::sqlite
