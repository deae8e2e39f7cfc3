// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "telemetry/log_line.h"

namespace flightcast::telemetry {

// A warning or an error that was said, once or many times.
struct Problem {
    LogLevel level{};
    std::string stage;
    std::string message;
    std::string detail;  // of the last time: its reason, or else its fields
    std::size_t count = 0;
    base::WallTime first{};
    base::WallTime last{};
};

// The last warnings and errors, each message of a stage once, for /status. Knows a bounded number;
// the one that has been silent longest gives way.
//
// Thread-safety: one thread at a time.
class ProblemBook {
  public:
    // Leaves out lines below a warning.
    void note(const LogLine& line);

    // The latest first.
    [[nodiscard]] std::vector<Problem> problems() const { return {book_.begin(), book_.end()}; }

  private:
    std::list<Problem> book_;  // the latest first
};

}  // namespace flightcast::telemetry
