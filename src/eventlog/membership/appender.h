// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "eventlog/membership/port.h"
#include "eventlog/membership/publisher.h"

namespace flightcast::eventlog::membership {

// At least once: a publish is complete when its outputs are acknowledged, and the member commits
// its positions after that. A crash in between repeats work.
//
// A topic that refuses a record for good refuses its whole batch, too. So each of these is tried
// alone, and a record that is refused alone is set aside, or else tried again alone, every two
// seconds.
//
// Thread-safety: as Publisher. Completions may come after it has gone.
class Appender final : public Publisher {
  public:
    // REQUIRES: `port` outlives all completions; `standing` too.
    Appender(AppendPort& port, Standing& standing, const base::Clock& clock, Outputs outputs);
    ~Appender() override;

    base::Result<void> publish(std::vector<NewRecord> outputs, Publish publish) override;
    [[nodiscard]] bool commits_positions() const override { return false; }
    base::SteadyTime serve(base::SteadyTime now) override;

  private:
    struct Work;

    const std::shared_ptr<Work> work_;
};

}  // namespace flightcast::eventlog::membership
