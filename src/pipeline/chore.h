// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>

namespace flightcast::pipeline {

// Work that a worker does now and then: retention, lag.
struct Chore {
    std::chrono::milliseconds every;  // from the end of one run, and at first from the start
    std::function<void()> run;
};

}  // namespace flightcast::pipeline
