// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <utility>

#include "base/check.h"

namespace flightcast::base {

enum class PushOutcome { accepted, full, closed };

// Hands values from any thread to one that takes them all at once: a wake-up across cores costs
// more than the work, so it is paid once for a batch.
//
// Thread-safety: any thread may call any member.
template <typename T>
class BoundedQueue {
  public:
    // REQUIRES: capacity > 0; take it from base/limits.h.
    explicit BoundedQueue(std::size_t capacity) : capacity_(capacity) { FC_CHECK(capacity > 0); }

    // Moves `value` in when the outcome is `accepted`; otherwise leaves it as it was.
    [[nodiscard]] PushOutcome push(T& value) {
        {
            const std::lock_guard lock(mutex_);
            if (closed_) return PushOutcome::closed;
            if (values_.size() >= capacity_) return PushOutcome::full;
            values_.push_back(std::move(value));
            if (values_.size() > 1) return PushOutcome::accepted;  // Woken by the first one.
        }
        ready_.notify_one();
        return PushOutcome::accepted;
    }

    // For a value that is not needed when the queue does not take it.
    [[nodiscard]] PushOutcome push(T&& value) { return push(value); }

    // Everything that is there, in order; empty when nothing is. Never waits.
    [[nodiscard]] std::deque<T> take_all() {
        const std::lock_guard lock(mutex_);
        return std::exchange(values_, {});
    }

    // Waits until something is there and takes all of it; empty only after close().
    [[nodiscard]] std::deque<T> wait_all() {
        std::unique_lock lock(mutex_);
        ready_.wait(lock, [this] { return closed_ || !values_.empty(); });
        return std::exchange(values_, {});
    }

    // Takes no more values; those that are queued can still be taken.
    void close() {
        {
            const std::lock_guard lock(mutex_);
            closed_ = true;
        }
        ready_.notify_all();
    }

    [[nodiscard]] std::size_t size() const {
        const std::lock_guard lock(mutex_);
        return values_.size();
    }

  private:
    const std::size_t capacity_;
    mutable std::mutex mutex_;
    std::condition_variable ready_;
    std::deque<T> values_;  // guarded by mutex_
    bool closed_ = false;   // guarded by mutex_
};

}  // namespace flightcast::base
