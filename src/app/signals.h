// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <thread>

namespace flightcast::app {

// Waits for SIGINT or SIGTERM on a thread of its own, and calls `stop` there for the first; the
// second ends the process with the signal's usual exit code. SIGPIPE is ignored.
//
// Thread-safety: construct it before any other thread exists, so that all inherit the mask.
class Signals {
  public:
    Signals();
    ~Signals();
    Signals(const Signals&) = delete;
    Signals& operator=(const Signals&) = delete;

    void on_stop(std::function<void(int signal)> stop);

  private:
    std::thread thread_;
};

}  // namespace flightcast::app
