// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace flightcast::app::serve {

// For the end of all that is left when connections are drained: more than the time limits of its
// parts together.
inline constexpr std::chrono::seconds kEndPatience{30};

// The last resort of a process that ends: each of its parts has a time limit of its own, and when
// one hangs all the same, this calls `expire` once, from a thread of its own.
//
// Thread-safety: any thread may call any member.
class EndDeadline {
  public:
    explicit EndDeadline(std::function<void()> expire) : expire_(std::move(expire)) {}
    // The end was reached in time: `expire` is not called any more.
    ~EndDeadline();
    EndDeadline(const EndDeadline&) = delete;
    EndDeadline& operator=(const EndDeadline&) = delete;

    // The end begins, and may take so long. Only the first call counts.
    void begin(std::chrono::milliseconds patience);

  private:
    const std::function<void()> expire_;
    std::mutex mutex_;
    std::condition_variable reached_;
    bool is_reached_ = false;  // guarded by mutex_
    std::thread thread_;       // guarded by mutex_
};

}  // namespace flightcast::app::serve
