// SPDX-License-Identifier: Apache-2.0
#include "gateway/live_figures.h"

#include <algorithm>

namespace flightcast::gateway {

void LiveFigures::note_change() {
    if (due_ || parts_.pages.size() == 0) return;
    due_ = std::max(parts_.clock.steady_now(), told_ + parts_.pause);
}

void LiveFigures::expire(base::SteadyTime now) {
    if (!due_ || *due_ > now) return;
    due_.reset();
    told_ = now;
    parts_.pages.emit(parts_.event, parts_.figures());
}

}  // namespace flightcast::gateway
