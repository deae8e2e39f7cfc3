// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/deployment.h"
#include "app/options.h"
#include "base/result.h"

namespace flightcast::app {

// Works in `role` until SIGINT or SIGTERM, then ends in good order. A second signal ends the
// process at once; nothing accepted is lost by that either. SIGHUP reloads what can be reloaded.
//
// Errors are those of starting (a model, a data folder or an address that cannot be used), or why
// it could not go on. REQUIRES: called once, before any other thread exists: signals are masked for
// all.
[[nodiscard]] base::Result<void> serve(Role role, const ServeOptions& options);

}  // namespace flightcast::app
