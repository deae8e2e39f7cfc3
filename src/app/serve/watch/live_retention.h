// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>

#include "app/options/options.h"

namespace flightcast::app::serve {

// How long records and outcomes are kept.
struct RetentionTimes {
    std::chrono::milliseconds log{};
    std::size_t log_bytes = 0;
    std::chrono::milliseconds store{};  // 0: for ever
};

[[nodiscard]] inline RetentionTimes retention_of(const options::ServeOptions& options) {
    return {
        .log = options.log_retention,
        .log_bytes = options.log_retention_bytes,
        .store = options.store_retention
    };
}

// The same while the process works: a reload may change it.
//
// Thread-safety: any thread may call any member.
class LiveRetention {
  public:
    explicit LiveRetention(const RetentionTimes& times) : times_(times) {}

    [[nodiscard]] RetentionTimes get() const {
        const std::lock_guard lock(mutex_);
        return times_;
    }
    void set(const RetentionTimes& times) {
        const std::lock_guard lock(mutex_);
        times_ = times;
    }

  private:
    mutable std::mutex mutex_;
    RetentionTimes times_;  // guarded by mutex_
};

}  // namespace flightcast::app::serve
