// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "eventlog/record.h"

namespace flightcast::eventlog::local {

// What a record and each of its headers count for besides their texts.
inline constexpr std::size_t kRecordOverheadBytes = 32;
inline constexpr std::size_t kHeaderOverheadBytes = 8;

// What a record counts for in a log that is bounded by size: what was sent, and some for its place.
[[nodiscard]] std::size_t record_size(const Record& record);

}  // namespace flightcast::eventlog::local
