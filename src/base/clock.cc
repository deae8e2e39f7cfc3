// SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"

#include "base/check.h"

namespace flightcast::base {

using std::chrono::floor;
using std::chrono::microseconds;

WallTime SystemClock::wall_now() const {
    return floor<microseconds>(std::chrono::system_clock::now());
}

SteadyTime SystemClock::steady_now() const {
    return floor<microseconds>(std::chrono::steady_clock::now());
}

void ManualClock::advance(microseconds step) {
    FC_CHECK(step >= microseconds::zero());
    wall_ += step;
    steady_ += step;
}

}  // namespace flightcast::base
