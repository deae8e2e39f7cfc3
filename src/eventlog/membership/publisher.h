// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "eventlog/event_log.h"
#include "eventlog/membership/progress.h"

namespace flightcast::eventlog::membership {

// Where the outputs of a member come from and what is told of them. `completed` is called after
// each completion, by any thread.
struct Outputs {
    std::shared_ptr<Progress> progress;
    SetAside set_aside;
    std::function<void(bool failed)> completed;
};

// How a member's outputs get into the log.
//
// Thread-safety: any thread may call any member.
class Publisher {
  public:
    using Publish = std::shared_ptr<Progress::Publish>;

    virtual ~Publisher() = default;

    // Appends `outputs` and sees to it that Progress::complete() is called for `publish`, once and
    // not from within. After an error it will not be.
    virtual base::Result<void> publish(std::vector<NewRecord> outputs, Publish publish) = 0;

    // Whether positions are committed with the outputs; else the member commits them afterwards.
    [[nodiscard]] virtual bool commits_positions() const = 0;

    // The member has partitions: publishing will follow.
    virtual void prepare() {}
    // Does all due work; returns when it is due again.
    virtual base::SteadyTime serve(base::SteadyTime /*now*/) { return base::SteadyTime::max(); }
    // The member's name has another holder: nothing will be published any more.
    virtual void stop() {}
};

}  // namespace flightcast::eventlog::membership
