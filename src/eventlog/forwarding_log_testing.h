// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <utility>

#include "eventlog/event_log.h"

namespace flightcast::eventlog {

// A log that hands everything on to another one, as a distant one does: it leaves the process no
// work to do. Tests override what they want otherwise.
class ForwardingLog : public EventLog {
  public:
    // REQUIRES: `log` outlives it.
    explicit ForwardingLog(EventLog& log) : log_(log) {}

    base::Result<void> reach(std::chrono::milliseconds patience) override {
        return log_.reach(patience);
    }
    [[nodiscard]] Condition condition() const override { return log_.condition(); }
    base::Result<std::unique_ptr<Writer>> open_writer() override { return log_.open_writer(); }
    base::Result<std::unique_ptr<Reader>> open_reader(ReaderOptions options) override {
        return log_.open_reader(std::move(options));
    }
    base::Result<std::unique_ptr<GroupReader>> join_group(GroupOptions options) override {
        return log_.join_group(std::move(options));
    }
    [[nodiscard]] Admin& admin() override { return log_.admin(); }

  protected:
    [[nodiscard]] EventLog& log() const { return log_; }

  private:
    EventLog& log_;
};

}  // namespace flightcast::eventlog
