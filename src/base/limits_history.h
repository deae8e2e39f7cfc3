// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>

// The bounds of what is kept of arrivals beyond the log and beyond memory; see limits.h.
namespace flightcast::base::limits {

using namespace std::chrono_literals;

constexpr auto kHistorySlack = 24h;                         // kept in the store beyond the log
constexpr std::size_t kHistoryBatchMax = 256;               // records filed at once
constexpr std::size_t kHistoryQuestionsMax = 64;            // that wait for the store
constexpr std::size_t kSpillBytesMax = 1'024 * 1'048'576U;  // of what waits, in a file

}  // namespace flightcast::base::limits
