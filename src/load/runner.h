// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "load/options.h"
#include "load/report.h"

namespace flightcast::load {

// Puts the target under load as `options` say, and waits for the outcomes. Errors: unavailable, when
// it cannot be reached or the first handshakes fail. One thread, that of the caller.
[[nodiscard]] base::Result<LoadReport> run_load(
    const LoadOptions& options, const base::Clock& clock, base::Random& random
);

}  // namespace flightcast::load
