// SPDX-License-Identifier: Apache-2.0
//
// The story of a schedule, line by line. Texts are made only when somebody listens.
#pragma once

#include <cstdio>
#include <string>

#include "world.h"

namespace flightcast::simulation {

template <class Text>
void World::tell(const Text& text) {
    if (!tells_) return;
    const std::chrono::duration<double> time = site_.clock.steady_now() - began_;
    char stamp[32];
    std::snprintf(stamp, sizeof stamp, "%9.3f s  ", time.count());
    story_.push_back(stamp + text());
}

}  // namespace flightcast::simulation
