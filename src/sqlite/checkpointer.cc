// SPDX-License-Identifier: Apache-2.0
#include "sqlite/checkpointer.h"

#include <chrono>
#include <utility>

namespace flightcast::sqlite {

Checkpointer::Checkpointer(WalKeeper keeper, RoundTimes times)
    : times_(std::move(times)), keeper_(std::move(keeper)), thread_([this] { run(); }) {}

base::Result<std::unique_ptr<Checkpointer>> Checkpointer::start(
    const std::filesystem::path& file, WalNotices notices, RoundTimes times
) {
    FC_TRY(WalKeeper keeper, WalKeeper::open(file, std::move(notices)));
    return std::unique_ptr<Checkpointer>(new Checkpointer(std::move(keeper), std::move(times)));
}

Checkpointer::~Checkpointer() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

std::chrono::milliseconds Checkpointer::timed_round() {
    if (times_.clock == nullptr) return keeper_.round();
    const base::SteadyTime begin = times_.clock->steady_now();
    const std::chrono::milliseconds next = keeper_.round();
    times_.took(times_.clock->steady_now() - begin);
    return next;
}

void Checkpointer::run() {
    std::chrono::milliseconds interval{0};
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, interval, [this] { return stopping_; })) {
        lock.unlock();
        interval = timed_round();
        lock.lock();
    }
}

}  // namespace flightcast::sqlite
