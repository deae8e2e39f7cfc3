// SPDX-License-Identifier: Apache-2.0
#include "eventlog/kafka/group_wait.h"

#include <thread>

namespace flightcast::eventlog::kafka {

namespace {

constexpr std::chrono::milliseconds kBetweenGlances{10};

}  // namespace

void await_group(
    const Progress& progress,
    std::chrono::milliseconds patience,
    const std::function<bool()>& is_enough
) {
    for (auto waited = kBetweenGlances; waited <= patience; waited += kBetweenGlances) {
        if (!progress.is_joining || is_enough()) return;
        std::this_thread::sleep_for(kBetweenGlances);
    }
}

}  // namespace flightcast::eventlog::kafka
