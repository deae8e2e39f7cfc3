// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <mutex>

namespace flightcast::eventlog::kafka {

// A reader's wake-up. The mutex is held while it runs, so that whoever removes it knows that it is
// over; it is cheap and calls nothing of the log's.
//
// Thread-safety: any thread may call any member.
class WakeSlot {
  public:
    void set(std::function<void()> wake) {
        const std::lock_guard lock(mutex_);
        wake_ = std::move(wake);
    }
    void call() {
        const std::lock_guard lock(mutex_);
        if (wake_) wake_();
    }

  private:
    std::mutex mutex_;
    std::function<void()> wake_;  // guarded by mutex_
};

}  // namespace flightcast::eventlog::kafka
