// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace flightcast::app::top {

// The place that a text is for.
struct TopLook {
    std::size_t columns = 100;
    std::size_t rows = 0;      // 0: as many as there are
    bool is_terminal = false;  // with colours and small plots
};

// The answer of GET /api/v1/status as lines for people. Text of the server cannot move the cursor:
// control characters are replaced. Fails with corrupt for an answer that is not a status.
[[nodiscard]] base::Result<std::string> top_text(std::string_view status, const TopLook& look);

}  // namespace flightcast::app::top
