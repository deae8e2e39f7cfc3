// SPDX-License-Identifier: Apache-2.0
#include "gateway/operations/scoring_watch.h"

#include <chrono>
#include <utility>

namespace flightcast::gateway::operations {
namespace {

constexpr auto kPatience = std::chrono::seconds(30);
constexpr auto kLookAgain = std::chrono::seconds(1);  // for the end of trouble

}  // namespace

void ScoringWatch::accepted(std::uint64_t arrivals, base::SteadyTime now) {
    if (arrivals != arrivals_ && !failing_) {
        arrivals_ = arrivals;
        waiting_ = 0;
        look_at_.reset();
    }
    ++waiting_;
    if (!look_at_) look_at_ = now + kPatience;
}

ScoringWatch::Change ScoringWatch::expire(std::uint64_t arrivals, base::SteadyTime now) {
    if (!look_at_ || *look_at_ > now) return Change::none;
    if (arrivals == arrivals_) {
        look_at_ = now + kLookAgain;
        return std::exchange(failing_, true) ? Change::none : Change::failing;
    }
    // Something came. Those that still wait are known again by the next one accepted.
    arrivals_ = arrivals;
    waiting_ = 0;
    look_at_.reset();
    return std::exchange(failing_, false) ? Change::working : Change::none;
}

}  // namespace flightcast::gateway::operations
