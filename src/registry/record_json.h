// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "registry/record.h"

namespace flightcast::registry {

// The value of a record of the registry's topic: one JSON object whose members stand in a fixed
// order. REQUIRES: the event is not Unknown.
[[nodiscard]] std::string encode_record(const Record& record);

// Reads one. Unknown members are passed over, and an unknown kind is Unknown. Errors:
// invalid_argument names the member.
[[nodiscard]] base::Result<Record> decode_record(std::string_view json);

}  // namespace flightcast::registry
