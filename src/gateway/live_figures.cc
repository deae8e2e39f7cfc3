// SPDX-License-Identifier: Apache-2.0
#include "gateway/live_figures.h"

#include <algorithm>

namespace flightcast::gateway {

void LiveFigures::note_change() {
    if (due_ || parts_.pages.size() == 0) return;
    due_ = std::max(parts_.clock.steady_now(), told_ + kPause);
}

void LiveFigures::expire(base::SteadyTime now) {
    if (!due_ || *due_ > now) return;
    due_.reset();
    told_ = now;
    parts_.pages.emit("performance", parts_.figures());
}

}  // namespace flightcast::gateway
