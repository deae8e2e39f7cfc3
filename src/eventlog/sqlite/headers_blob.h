// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "eventlog/record.h"

namespace flightcast::eventlog::sqlite {

// Record headers as one column: for each, the length of its name, the name, the length of its
// value, the value; lengths are 4 bytes, little-endian. No headers are no bytes.
[[nodiscard]] std::string encode_headers(const std::vector<Header>& headers);

// Errc::corrupt when the bytes are not those of encode_headers.
[[nodiscard]] base::Result<std::vector<Header>> decode_headers(std::string_view bytes);

}  // namespace flightcast::eventlog::sqlite
