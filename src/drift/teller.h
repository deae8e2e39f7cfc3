// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>

#include "drift/fold.h"
#include "telemetry/log.h"
#include "telemetry/metrics.h"

namespace flightcast::drift {

// Tells operators how requests and answers drift: as metrics, and a line when a drift begins or
// ends.
//
// Thread-safety: one thread at a time.
class Teller {
  public:
    // REQUIRES: `metrics` outlives the object.
    Teller(telemetry::Metrics& metrics, telemetry::Logger logger)
        : metrics_(metrics), logger_(std::move(logger)) {}

    void tell(const Report& report);

  private:
    void tell(const Compared& compared);
    void note(const std::string& what, const char* against, const Shift& shift);
    void forget(const Report& report);

    telemetry::Metrics& metrics_;
    const telemetry::Logger logger_;
    std::string model_;
    std::set<std::string> told_;      // features with gauges
    std::set<std::string> drifting_;  // "<feature> <against>"
};

}  // namespace flightcast::drift
