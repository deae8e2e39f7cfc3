// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace flightcast::replay::targets {

// Something to wait for that other threads bring about.
//
// Thread-safety: any thread may call any member.
class Signs {
  public:
    // A sign has come.
    void give();

    // Waits for a sign that was not waited for yet; false when none came in that time.
    bool wait(std::chrono::milliseconds most);

  private:
    std::mutex mutex_;
    std::condition_variable came_;
    bool has_come_ = false;  // guarded by mutex_
};

}  // namespace flightcast::replay::targets
