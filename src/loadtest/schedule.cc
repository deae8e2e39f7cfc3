// SPDX-License-Identifier: Apache-2.0
#include "loadtest/schedule.h"

#include <cmath>

#include "base/check.h"

namespace flightcast::loadtest {

using std::chrono::microseconds;

Schedule::Schedule(const ScheduleOptions& options, base::SteadyTime start)
    : start_(start),
      measured_from_(start + options.warmup),
      measured_until_(start + options.warmup + options.duration),
      step_us_(options.per_second > 0 ? 1e6 / options.per_second : 0),
      counts_requests_(options.requests.has_value()),
      requests_max_(options.requests.value_or(UINT64_MAX)) {
    FC_CHECK(options.warmup >= microseconds::zero());
    FC_CHECK(options.duration >= microseconds::zero());
    FC_CHECK(std::isfinite(options.per_second) && options.per_second >= 0);
}

std::optional<base::SteadyTime> Schedule::next(base::SteadyTime now) const {
    if (taken_ >= requests_max_) return std::nullopt;
    base::SteadyTime due = now;
    if (step_us_ > 0) {
        // From the number of the request, not from the time before: no rounding adds up.
        const double offset_us = static_cast<double>(taken_) * step_us_;
        due = start_ + microseconds(std::llround(offset_us));
    }
    if (!counts_requests_ && due >= measured_until_) return std::nullopt;
    return due;
}

}  // namespace flightcast::loadtest
