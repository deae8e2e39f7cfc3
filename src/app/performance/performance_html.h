// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "app/performance/performance_ask.h"
#include "base/result.h"

namespace flightcast::app::performance {

// The figures as one page that loads nothing: those of `window` in total, by model, class, carrier
// and route, and the accuracy and log loss of the days of a month. Errors: those of `ask`; corrupt.
[[nodiscard]] base::Result<std::string> performance_html(
    const AskFigures& ask, const std::string& window
);

}  // namespace flightcast::app::performance
