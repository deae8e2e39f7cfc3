// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/clock.h"

namespace flightcast::telemetry {

// Lets a message through a few times a minute, however often it repeats, and counts the rest: what
// fails a thousand times a second must not fill a disk with log lines. Knows a bounded number of
// messages; when there are more, the one that has been silent longest is forgotten, with its count.
//
// Thread-safety: one thread at a time.
class RepeatLimiter {
  public:
    // A message that may be written.
    struct Pass {
        std::size_t left_out = 0;  // of the same message, since it was written last
        bool is_last = false;      // of this minute: the next ones are counted only
    };

    // Nothing: leave this one out. `message` stands for what is said, without what varies in it.
    [[nodiscard]] std::optional<Pass> admit(const std::string& message, base::SteadyTime now);

  private:
    struct Seen {
        std::string message;
        base::SteadyTime window{};  // when the minute began
        std::size_t written = 0;    // since then
        std::size_t left_out = 0;   // since one was written
    };

    Seen& find(const std::string& message);

    std::list<Seen> seen_;  // the one that came last is in front
    std::unordered_map<std::string, std::list<Seen>::iterator> index_;
};

}  // namespace flightcast::telemetry
