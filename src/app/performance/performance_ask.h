// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "app/options/options.h"
#include "base/result.h"

namespace flightcast::app::performance {

// Gives the figures of a window ("24h") by a split ("model"), as the JSON of
// GET /api/v1/performance (performance/performance_json.h).
using AskFigures =
    std::function<base::Result<std::string>(const std::string& window, const std::string& split)>;

// Asks the server at `url`. Errors: unavailable; the server's refusal with its words.
[[nodiscard]] base::Result<AskFigures> figures_of_server(
    const std::string& url, const options::ServeOptions& options
);

// Folds the evaluation topic of the log that the options name, up to where it ends now. Windows end
// now or, where records go by times of events, with the newest of these. Errors are those of the
// log.
[[nodiscard]] base::Result<AskFigures> figures_of_log(const options::ServeOptions& options);

// Of windows that go back further than the log: the daily sums in the data folder. Windows end now
// or, where no day of the window has any, with the newest day. Errors: not_found without such sums;
// those of the store.
[[nodiscard]] base::Result<AskFigures> figures_of_history(const options::ServeOptions& options);

}  // namespace flightcast::app::performance
