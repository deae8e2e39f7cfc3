// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <librdkafka/rdkafka.h>

#include <chrono>
#include <thread>

namespace flightcast::eventlog::kafka {

inline constexpr std::chrono::milliseconds kAskAgainAfter{20};

// Calls `ask` until its answer is none of those that `may_pass` soon, or `patience` is over; the
// last answer. Blocks the thread.
template <class Ask, class MayPass>
rd_kafka_resp_err_t ask_again(std::chrono::milliseconds patience, Ask ask, MayPass may_pass) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (true) {
        const rd_kafka_resp_err_t code = ask();
        if (!may_pass(code) || std::chrono::steady_clock::now() > deadline) return code;
        std::this_thread::sleep_for(kAskAgainAfter);
    }
}

}  // namespace flightcast::eventlog::kafka
