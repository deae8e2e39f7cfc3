// SPDX-License-Identifier: Apache-2.0
#include "gateway/operations/submission_watch.h"

#include <chrono>
#include <utility>

namespace flightcast::gateway::operations {
namespace {

constexpr int kFailures = 3;
constexpr auto kForgetAfter = std::chrono::seconds(10);

}  // namespace

SubmissionWatch::Change SubmissionWatch::works() {
    failures_ = 0;
    last_failure_.reset();
    return std::exchange(failing_, false) ? Change::working : Change::none;
}

SubmissionWatch::Change SubmissionWatch::note(accept::Fate fate, base::SteadyTime now) {
    if (fate == accept::Fate::invalid) return Change::none;  // It never reached the log.
    if (fate == accept::Fate::accepted) return works();
    if (last_failure_ != now) ++failures_;
    last_failure_ = now;
    if (failures_ < kFailures || failing_) return Change::none;
    failing_ = true;
    return Change::failing;
}

std::optional<base::SteadyTime> SubmissionWatch::next_deadline() const {
    if (!last_failure_) return std::nullopt;
    return *last_failure_ + kForgetAfter;
}

SubmissionWatch::Change SubmissionWatch::expire(base::SteadyTime now) {
    if (!last_failure_ || *last_failure_ + kForgetAfter > now) return Change::none;
    return works();
}

}  // namespace flightcast::gateway::operations
