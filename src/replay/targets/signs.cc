// SPDX-License-Identifier: Apache-2.0
#include "replay/targets/signs.h"

#include <utility>

namespace flightcast::replay::targets {

void Signs::give() {
    {
        const std::lock_guard lock(mutex_);
        has_come_ = true;
    }
    came_.notify_one();
}

bool Signs::wait(std::chrono::milliseconds most) {
    std::unique_lock lock(mutex_);
    came_.wait_for(lock, most, [this] { return has_come_; });
    return std::exchange(has_come_, false);
}

}  // namespace flightcast::replay::targets
