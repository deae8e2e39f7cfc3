// SPDX-License-Identifier: Apache-2.0
#include "telemetry/repeat_limiter.h"

#include <utility>

#include "base/limits.h"

namespace flightcast::telemetry {

RepeatLimiter::Seen& RepeatLimiter::find(const std::string& message) {
    const auto known = index_.find(message);
    if (known != index_.end()) {
        seen_.splice(seen_.begin(), seen_, known->second);
        return seen_.front();
    }
    if (seen_.size() >= base::limits::kRepeatedMessagesMax) {
        index_.erase(seen_.back().message);
        seen_.pop_back();
    }
    seen_.push_front({.message = message});
    index_.emplace(message, seen_.begin());
    return seen_.front();
}

std::optional<RepeatLimiter::Pass> RepeatLimiter::admit(
    const std::string& message, base::SteadyTime now
) {
    Seen& seen = find(message);
    if (seen.written > 0 && now - seen.window >= base::limits::kRepeatedLinesWindow)
        seen.written = 0;
    if (seen.written >= base::limits::kRepeatedLinesMax) {
        ++seen.left_out;
        return std::nullopt;
    }
    if (seen.written++ == 0) seen.window = now;
    return Pass{
        .left_out = std::exchange(seen.left_out, 0),
        .is_last = seen.written == base::limits::kRepeatedLinesMax
    };
}

}  // namespace flightcast::telemetry
