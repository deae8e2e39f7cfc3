// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "base/result.h"
#include "telemetry/health.h"
#include "telemetry/log.h"

namespace flightcast::app::serve {

// Whether what is kept in the data folder is where a restart will find it, and can be written: the
// check "data folder" of /readyz, and one log line when it turns bad and one when it is good again.
//
// Thread-safety: any thread may call any member.
class DataCondition {
  public:
    // `health` may be null: then only log lines tell. REQUIRES: it outlives the object.
    DataCondition(telemetry::Health* health, telemetry::Logger logger);

    // The result of the last look at the folder, or of the last commit.
    void note_folder(const base::Result<void>& result);
    void note_log(const std::optional<base::Error>& trouble);

  private:
    void report();  // REQUIRES: mutex_ is held

    telemetry::Health* const health_;
    const telemetry::Logger logger_;
    std::mutex mutex_;
    std::optional<base::Error> folder_;  // guarded by mutex_
    std::optional<base::Error> log_;     // guarded by mutex_
    std::string reason_;                 // guarded by mutex_: as said last; empty: it is good
};

}  // namespace flightcast::app::serve
