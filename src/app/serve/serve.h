// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/options/options.h"
#include "app/serve/deployment.h"
#include "app/serve/process.h"
#include "base/result.h"

namespace flightcast::app::serve {

// Works in `role` until it is asked to stop (app/cli/signal_wishes.h), then ends in good order. A
// second wish ends the process at once; nothing accepted is lost by that either.
//
// Errors are those of starting (a model, a data folder or an address that cannot be used), or why
// it could not go on. REQUIRES: called once, before any other thread exists: signals are masked for
// all.
//
// `reread`: the options as their sources give them when SIGHUP comes.
[[nodiscard]] base::Result<void> serve(
    Role role, const options::ServeOptions& options, Process::Reread reread
);

}  // namespace flightcast::app::serve
