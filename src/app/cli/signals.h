// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <thread>

#include "app/cli/signal_wishes.h"

namespace flightcast::app::cli {

// The reactions of the process to signals, each called on the waiting thread.
struct SignalHandlers {
    std::function<void()> stop;                         // in good order; once
    std::function<void()> reload{};                     // empty: nothing can be reloaded
    std::function<void(const std::string&)> ignored{};  // told the name of a signal without meaning
};

// Waits for signals on a thread of its own and does what they ask for (app/cli/signal_wishes.h); a
// second wish to stop ends the process with the signal's usual exit code. SIGPIPE and SIGXFSZ are
// ignored: the call that failed says why. SIGQUIT and what tells of a broken program keep their
// usual effect, every other signal that ends a process by default has none.
//
// Thread-safety: construct it before any other thread exists, so that all inherit the mask.
class Signals {
  public:
    Signals();
    ~Signals();
    Signals(const Signals&) = delete;
    Signals& operator=(const Signals&) = delete;

    // Begins the waiting. REQUIRES: called once at most.
    void handle(SignalHandlers handlers);

  private:
    int signals_;  // a file that gives the blocked signals
    int ended_;    // a file that can be read once the thread is to end
    const bool had_terminal_;
    bool ignored_hangup_;
    std::thread thread_;
};

}  // namespace flightcast::app::cli
