// SPDX-License-Identifier: Apache-2.0
//
// The generic cell rate algorithm: one time for each address says when its bucket is full again,
// and a request that would push that time further ahead than a burst lasts has to wait.
#include "gateway/http/rate_limiter.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

namespace flightcast::gateway::http {
namespace {

constexpr auto kForgetPause = std::chrono::seconds(1);

// The part of an address that counts as one client.
std::string key_of(std::string_view address) {
    std::string text(address);
    std::array<char, 16> bytes{};
    if (text.find(':') == std::string::npos) return text;
    if (::inet_pton(AF_INET6, text.c_str(), bytes.data()) != 1) return text;
    return {bytes.data(), 8};
}

}  // namespace

bool RateLimiter::allow(std::string_view address, base::SteadyTime now) {
    if (rate_.per_second == 0) return true;
    const base::SteadyTime::duration each =
        base::SteadyTime::duration(std::chrono::seconds(1)) / rate_.per_second;
    base::SteadyTime& full_at = entry_of(address, now);
    const base::SteadyTime after = std::max(full_at, now) + each;
    if (after - now > each * std::max<std::size_t>(rate_.burst, 1)) return false;
    full_at = after;
    return true;
}

base::SteadyTime& RateLimiter::entry_of(std::string_view address, base::SteadyTime now) {
    const std::string key = key_of(address);
    const auto found = full_at_.find(key);
    if (found != full_at_.end()) return found->second;
    if (full_at_.size() >= addresses_max_) forget_idle(now);
    if (full_at_.size() >= addresses_max_) return others_full_at_;
    return full_at_[key];
}

void RateLimiter::forget_idle(base::SteadyTime now) {
    if (now < forget_again_) return;
    forget_again_ = now + kForgetPause;
    std::erase_if(full_at_, [now](const auto& entry) { return entry.second <= now; });
}

}  // namespace flightcast::gateway::http
