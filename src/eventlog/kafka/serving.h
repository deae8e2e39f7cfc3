// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "base/clock.h"

namespace flightcast::eventlog::kafka {

// A thread that does a piece of work whenever it is due or somebody is in a hurry.
//
// Thread-safety: any thread may call any member.
class Serving {
  public:
    // Does all due work, and says when it is due again.
    using Work = std::function<base::SteadyTime()>;

    // REQUIRES: `clock` outlives it.
    explicit Serving(const base::Clock& clock) : clock_(clock) {}
    ~Serving() { stop(); }

    void start(Work work);
    // Waits for the work under way; nothing is done after that.
    void stop();
    // Something is due now; or within `patience`, which costs nothing where the thread comes by
    // then anyway.
    void hurry(base::SteadyTime::duration patience = {});

  private:
    void run(const Work& work);

    const base::Clock& clock_;
    std::mutex mutex_;
    std::condition_variable changed_;
    base::SteadyTime due_{};  // guarded by mutex_
    bool stopping_ = false;   // guarded by mutex_
    std::thread thread_;
};

}  // namespace flightcast::eventlog::kafka
