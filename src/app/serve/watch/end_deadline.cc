// SPDX-License-Identifier: Apache-2.0
#include "app/serve/watch/end_deadline.h"

namespace flightcast::app::serve {

EndDeadline::~EndDeadline() {
    {
        const std::lock_guard lock(mutex_);
        is_reached_ = true;
    }
    reached_.notify_one();
    if (thread_.joinable()) thread_.join();
}

void EndDeadline::begin(std::chrono::milliseconds patience) {
    const std::lock_guard lock(mutex_);
    if (thread_.joinable()) return;
    thread_ = std::thread([this, patience] {
        std::unique_lock waiting(mutex_);
        if (reached_.wait_for(waiting, patience, [this] { return is_reached_; })) return;
        waiting.unlock();
        expire_();
    });
}

}  // namespace flightcast::app::serve
