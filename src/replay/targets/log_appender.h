// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <vector>

#include "base/result.h"
#include "eventlog/event_log.h"
#include "replay/targets/signs.h"

namespace flightcast::replay::targets {

// Appends records to a log and waits until they are durable. What the log cannot take yet, or may
// have lost, is appended again: so records are such that may stand in the log twice.
//
// Thread-safety: one thread.
class LogAppender {
  public:
    // Errors are those of the log, which outlives the appender.
    [[nodiscard]] static base::Result<std::unique_ptr<LogAppender>> open(
        eventlog::EventLog& log, std::chrono::milliseconds patience, std::stop_token stop
    );

    // Appends by this writer, and goes by what it calls durable.
    LogAppender(
        std::unique_ptr<eventlog::Writer> writer,
        std::chrono::milliseconds patience,
        std::stop_token stop
    )
        : patience_(patience), stop_(std::move(stop)), writer_(std::move(writer)) {}

    // Errors: the log's after so long without success; closed when it is to be stopped.
    [[nodiscard]] base::Result<void> append(const std::vector<eventlog::NewRecord>& records);

  private:
    // The log's answer to one call.
    class Fate {
      public:
        void set(base::Result<void> result);
        [[nodiscard]] std::optional<base::Result<void>> wait(std::chrono::milliseconds most);

      private:
        Signs signs_;
        std::mutex mutex_;
        std::optional<base::Result<void>> result_;  // guarded by mutex_
    };

    base::Result<void> append_once(const std::vector<eventlog::NewRecord>& records);

    const std::chrono::milliseconds patience_;
    const std::stop_token stop_;
    std::unique_ptr<eventlog::Writer> writer_;
};

}  // namespace flightcast::replay::targets
