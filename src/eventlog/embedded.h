// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "eventlog/record.h"

namespace flightcast::eventlog {

class Writer;

// How long one topic's records are kept, where that differs from the other topics. A topic that has
// a retention of its own (TopicSpec) goes by that.
struct TopicRetention {
    std::string topic;
    std::chrono::milliseconds age{};
    bool by_size = true;  // whether its oldest records go when the log is too large
};

// A group whose unread records are kept.
struct KeptFor {
    std::string group;
    std::vector<std::string> topics;  // that it reads
    bool is_reading = true;           // without a position it has read nothing; else it is off
};

// The records to keep, and the groups to keep them for.
struct Retention {
    std::chrono::milliseconds age{};  // records older than it go, unless their topic says otherwise
    std::size_t bytes_max = 0;        // when the records take more, the oldest of the largest
                                      // partitions go; 0: they may take any size
    std::vector<KeptFor> behind_groups{};  // never remove what one of these has not read
    std::vector<TopicRetention> topics{};
};

// A group for which a log keeps more than it should.
struct LaggingGroup {
    std::string group;
    TopicPartition at;
    std::int64_t records = 0;  // that it has not read

    bool operator==(const LaggingGroup&) const = default;
};

// The result of trimming.
struct TrimReport {
    std::size_t records = 0;                  // removed
    std::size_t bytes = 0;                    // of those that are left
    std::optional<LaggingGroup> held_back{};  // why `bytes` is beyond the bound: the largest lag
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

    // A writer whose records are visible and safe from the end of this process when they are done,
    // but may be lost in a power cut until anything else is appended: then they are durable, too.
    // For work that can be repeated from where it was durable last.
    [[nodiscard]] virtual base::Result<std::unique_ptr<Writer>> open_quick_writer() = 0;

    // Refuses new records from now on; a last step() completes what is queued. Without that step,
    // what is queued when the log ends is never completed, as in a crash.
    virtual void close() = 0;

    // Removes what `retention` no longer keeps, in steps of bounded size: the rest goes next time.
    virtual base::Result<TrimReport> trim(const Retention& retention) = 0;

    // Called when commits begin to fail, when the reason changes, and when durable ones work again:
    // before those that wait for a commit are told. It must be cheap; an empty one removes it.
    using OnTrouble = std::function<void(const std::optional<base::Error>&)>;
    virtual void on_trouble(OnTrouble told) = 0;

    // Checks that the next process will find what is here, and after a failed commit whether
    // another would work now: a process that is not ready gets no requests to find that out. For a
    // call every second or so, on any thread.
    virtual void look() = 0;
};

}  // namespace flightcast::eventlog
