// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <thread>
#include <utility>

namespace flightcast::app::cli {

// Waits for SIGINT, SIGTERM and SIGHUP on a thread of its own. For the first of SIGINT and SIGTERM
// it calls `stop` there; the second ends the process with the signal's usual exit code. SIGHUP
// calls `reload`, or stops when there is nothing to reload. SIGPIPE is ignored.
//
// Thread-safety: construct it before any other thread exists, so that all inherit the mask.
class Signals {
  public:
    Signals();
    ~Signals();
    Signals(const Signals&) = delete;
    Signals& operator=(const Signals&) = delete;

    // REQUIRES: called before on_stop(), which begins the waiting.
    void on_reload(std::function<void()> reload) { reload_ = std::move(reload); }

    void on_stop(std::function<void(int signal)> stop);

  private:
    std::function<void()> reload_;
    std::thread thread_;
};

}  // namespace flightcast::app::cli
