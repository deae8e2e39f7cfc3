// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "base/result.h"
#include "eventlog/event_log.h"
#include "eventlog/kafka/client.h"
#include "eventlog/kafka/progress.h"

namespace flightcast::eventlog::kafka {

// How a member's outputs get into the log, and its positions with them.
//
// Thread-safety: one thread, the reader's; completions come on another.
class Publisher {
  public:
    using Publish = std::shared_ptr<Progress::Publish>;

    virtual ~Publisher() = default;

    // Appends `outputs` and sees to it that Progress::complete() is called for `publish`, once and
    // not from within. After an error it will not be.
    virtual base::Result<void> publish(std::vector<NewRecord> outputs, Publish publish) = 0;

    // Gets acknowledged positions committed, before partitions are let go: true when those of the
    // held ones are. The answer to a commit wakes the reader.
    virtual bool settle() = 0;

    // Gets acknowledged positions committed a last time, before the member closes; waits a little
    // where it must.
    virtual void finish() = 0;

    // The answer to a commit came.
    virtual void committed(rd_kafka_resp_err_t code, const std::vector<Position>& positions) = 0;
};

}  // namespace flightcast::eventlog::kafka
