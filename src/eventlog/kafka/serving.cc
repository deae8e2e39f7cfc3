// SPDX-License-Identifier: Apache-2.0
#include "eventlog/kafka/serving.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace flightcast::eventlog::kafka {

using base::SteadyTime;

namespace {

constexpr std::chrono::seconds kServeSleepMax{10};

}  // namespace

void Serving::start(Work work) {
    thread_ = std::thread([this, work = std::move(work)] { run(work); });
}

void Serving::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_one();
    if (thread_.joinable()) thread_.join();
}

void Serving::hurry(SteadyTime::duration patience) {
    const SteadyTime now = clock_.steady_now();
    {
        const std::lock_guard lock(mutex_);
        if (due_ <= now + patience) return;
        due_ = now;
    }
    changed_.notify_one();
}

void Serving::run(const Work& work) {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        const SteadyTime now = clock_.steady_now();
        if (now < due_) {
            const auto pause = std::min<std::chrono::microseconds>(due_ - now, kServeSleepMax);
            changed_.wait_for(lock, pause);
            continue;
        }
        due_ = SteadyTime::max();
        lock.unlock();
        const SteadyTime next = work();
        lock.lock();
        due_ = std::min(due_, next);
    }
}

}  // namespace flightcast::eventlog::kafka
