// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <signal.h>

#include <functional>

#include "loadtest/net/event_loop.h"

namespace flightcast::loadtest::net {

// While it lives, SIGINT and SIGTERM call `on_signal` in the loop.
//
// Thread-safety: one thread, which must be the only one of the process that does not block them.
class StopSignals final : private Watcher {
  public:
    StopSignals(EventLoop& loop, std::function<void()> on_signal);
    ~StopSignals() override;
    StopSignals(const StopSignals&) = delete;
    StopSignals& operator=(const StopSignals&) = delete;

  private:
    void on_ready(std::uint32_t events) override;

    const std::function<void()> on_signal_;
    sigset_t blocked_before_{};
    int fd_ = -1;
};

}  // namespace flightcast::loadtest::net
