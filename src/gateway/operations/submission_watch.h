// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "base/clock.h"
#include "gateway/accept/acceptor.h"

namespace flightcast::gateway::operations {

// Whether flights get into the log, judged by the fate of those that were submitted: three times
// in a row not accepted, and they do not. One accepted, or a while without any attempt, and they
// may again: who is not asked cannot find out.
//
// Thread-safety: one thread.
class SubmissionWatch {
  public:
    enum class Change { none, failing, working };

    // Submissions of one moment count once: they share one cause.
    Change note(accept::Fate fate, base::SteadyTime now);

    [[nodiscard]] bool failing() const { return failing_; }
    [[nodiscard]] std::optional<base::SteadyTime> next_deadline() const;
    Change expire(base::SteadyTime now);

  private:
    Change works();

    int failures_ = 0;  // in a row
    std::optional<base::SteadyTime> last_failure_;
    bool failing_ = false;
};

}  // namespace flightcast::gateway::operations
