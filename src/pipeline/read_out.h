// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "eventlog/event_log.h"

namespace flightcast::pipeline {

// All of it outlives what is made of it.
struct ReadOutParts {
    eventlog::EventLog& log;
    const eventlog::GroupReader& reader;
    const base::Clock& clock;
    std::string group;
    std::vector<std::string> topics;
    // Whether the log has all that will be published before the stage must end.
    std::function<bool()> is_fed;
};

// Decides at the end of a stage whether it has read all that it must: the partitions of its reader,
// up to where they ended when the log had everything.
//
// A reader without partitions may be about to get some, and until then others may have read them; a
// reader that seeks its place in some may be about to read those; a log that does not answer may
// answer the next time. All three are waited for, for a while.
//
// Thread-safety: one thread at a time.
class ReadOut {
  public:
    explicit ReadOut(ReadOutParts parts) : parts_(std::move(parts)) {}

    // May wait for the log's answers.
    [[nodiscard]] bool is_done();

  private:
    [[nodiscard]] std::optional<bool> ask();

    const ReadOutParts parts_;
    bool is_fed_ = false;
    base::SteadyTime placed_at_{};    // when the reader last knew all its places, since it was fed
    base::SteadyTime answered_at_{};  // when the log last answered
    std::vector<eventlog::Position> ends_;
};

}  // namespace flightcast::pipeline
