// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>

#include "eventlog/kafka/progress.h"

namespace flightcast::eventlog::kafka {

// While a group is changing, the brokers refuse its positions. That is over soon, or it is not
// known when: waits until it is, until `is_enough`, or for `patience`.
void await_group(
    const Progress& progress,
    std::chrono::milliseconds patience,
    const std::function<bool()>& is_enough
);

}  // namespace flightcast::eventlog::kafka
