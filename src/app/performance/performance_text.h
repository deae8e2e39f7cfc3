// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace flightcast::app::performance {

// A table for people from the JSON of GET /api/v1/performance. Errc::corrupt when it is another
// text.
[[nodiscard]] base::Result<std::string> performance_text(std::string_view json);

}  // namespace flightcast::app::performance
