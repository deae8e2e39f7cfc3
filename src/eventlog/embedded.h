// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"

namespace flightcast::eventlog {

// How long one topic's records are kept, where that differs from the other topics.
struct TopicRetention {
    std::string topic;
    std::chrono::milliseconds age{};
    bool by_size = true;  // whether its oldest records go when the log is too large
};

// What is kept, and for which groups.
struct Retention {
    std::chrono::milliseconds age{};  // records older than it go, unless their topic says otherwise
    std::size_t bytes_max = 0;        // when the log is larger, its oldest records go; 0: no bound
    std::vector<std::string>
        behind_groups{};  // no record is removed that one of these has not read
    std::vector<TopicRetention> topics{};
};

// The work of a log in one process, which has no thread of its own: everything that waits is
// committed together by the thread that calls step(), so a flush to disk is shared by all requests
// that came during the last one.
//
// Thread-safety: any thread may call any member, but only one at a time step() and trim().
class Embedded {
  public:
    virtual ~Embedded() = default;

    // Commits everything that was queued before the call, completes it, and wakes readers. False
    // when nothing was queued.
    virtual bool step() = 0;

    // `wake` is called when the queue stops being empty, from the thread that queued. It must be
    // cheap. An empty one removes it, and is not running any more when this returns.
    virtual void on_work(std::function<void()> wake) = 0;

    // Refuses new records from now on; a last step() completes what is queued. Without that step,
    // what is queued when the log ends is never completed, as in a crash.
    virtual void close() = 0;

    // Removes what `retention` no longer keeps, in steps of bounded size. The number of records
    // removed.
    virtual base::Result<std::size_t> trim(const Retention& retention) = 0;
};

}  // namespace flightcast::eventlog
