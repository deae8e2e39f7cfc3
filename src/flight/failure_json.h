// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "flight/failure.h"

namespace flightcast::flight {

// The value of a dead-letter record: compact, raw UTF-8, UUID null when the record has none:
//
//     {"UUID":"...","Reason":"bad_date","Message":"...","Stage":"scorer",
//     "Topic":"flight-delay-ml-request","Partition":0,"Offset":41,
//     "FailedAt":"2025-12-30T14:07:40.125001Z","Value":"{\"DepDelay\": 5.0, ..."}
//
// on one line. Bad UTF-8 in any string is replaced by U+FFFD, and `value` is cut to 10,000 bytes.
[[nodiscard]] std::string encode_failure(const Failure& failure);

// Reads such a record; unknown keys are ignored. Errors: corrupt, if it is not a JSON object with a
// Reason. Other missing keys are empty or zero.
[[nodiscard]] base::Result<Failure> decode_failure(std::string_view json);

}  // namespace flightcast::flight
