// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/options.h"
#include "base/result.h"

namespace flightcast::app {

// Serves on this machine alone until SIGINT or SIGTERM, then ends in good order. A second signal
// ends the process at once; nothing accepted is lost by that either.
//
// Errors are those of starting: a model, a data folder or an address that cannot be used. REQUIRES:
// called once, before any other thread exists: signals are masked for all.
[[nodiscard]] base::Result<void> serve(const ServeOptions& options);

}  // namespace flightcast::app
