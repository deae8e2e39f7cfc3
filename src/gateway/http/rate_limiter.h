// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"
#include "base/limits.h"

namespace flightcast::gateway::http {

// How often something may happen: `per_second` on average, `burst` at once. 0: as often as one
// likes.
struct Rate {
    std::size_t per_second = 0;
    std::size_t burst = 1;
};

// Keeps each address to a rate. An IPv6 client has a whole /64 to choose addresses from, so that
// counts as one address. Of more addresses than are kept, those that are new share one rate.
//
// Thread-safety: one thread.
class RateLimiter {
  public:
    explicit RateLimiter(Rate rate, std::size_t addresses_max = base::limits::kRatedAddressesMax)
        : rate_(rate), addresses_max_(addresses_max) {}

    // Whether one more is within the rate of `address` ("127.0.0.1", "::1"); if so, it counts.
    [[nodiscard]] bool allow(std::string_view address, base::SteadyTime now);

    [[nodiscard]] std::size_t addresses() const { return full_at_.size(); }

  private:
    base::SteadyTime& entry_of(std::string_view address, base::SteadyTime now);
    void forget_idle(base::SteadyTime now);

    const Rate rate_;
    const std::size_t addresses_max_;
    // When each address has its whole burst again; only future times mean anything.
    std::unordered_map<std::string, base::SteadyTime> full_at_;
    base::SteadyTime others_full_at_{};
    base::SteadyTime forget_again_{};
};

}  // namespace flightcast::gateway::http
