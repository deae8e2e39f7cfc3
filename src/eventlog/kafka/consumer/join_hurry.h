// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <utility>

namespace flightcast::eventlog::kafka {

// When a round of a group is cut short by the next one, because another member joins meanwhile,
// librdkafka waits for up to two seconds before it joins again; a new subscription joins at once.
// This says when to subscribe anew: once for each round, and not before its partitions had time to
// arrive. A round is named by any text that changes with it.
class JoinHurry {
  public:
    using Time = std::chrono::steady_clock::time_point;
    static constexpr std::chrono::milliseconds kSharePatience{200};  // for partitions, in a round

    // Waiting begins; `round` is over.
    void begin(std::string round) { left_ = std::move(round); }

    // Asked again and again while partitions are waited for; `round` is that of the moment.
    [[nodiscard]] bool is_due(std::string round, Time now) {
        if (round == left_) return false;
        if (round != seen_) {
            seen_ = std::move(round);
            seen_at_ = now;
            return false;
        }
        if (now - seen_at_ < kSharePatience) return false;
        left_ = std::move(round);
        return true;
    }

  private:
    std::string left_;
    std::string seen_;
    Time seen_at_{};
};

}  // namespace flightcast::eventlog::kafka
