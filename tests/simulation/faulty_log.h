// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "eventlog/event_log.h"
#include "simulation.h"

namespace flightcast::simulation {

// The log as a process sees it: a distant one leaves it no work to do. With
// Bug::positions_before_outputs, members of the scorer's group commit their positions at once and
// append their outputs with the next poll, what a log must never do.
class FaultyLog final : public eventlog::EventLog {
  public:
    // REQUIRES: `log` outlives it.
    FaultyLog(eventlog::EventLog& log, Shape shape, Bug bug)
        : log_(log), shape_(shape), bug_(bug) {}

    base::Result<void> reach(std::chrono::milliseconds patience) override {
        return log_.reach(patience);
    }
    [[nodiscard]] eventlog::Condition condition() const override { return log_.condition(); }
    [[nodiscard]] eventlog::Embedded* embedded() override {
        return shape_ == Shape::embedded ? log_.embedded() : nullptr;
    }
    base::Result<std::unique_ptr<eventlog::Writer>> open_writer() override {
        return log_.open_writer();
    }
    base::Result<std::unique_ptr<eventlog::Reader>> open_reader(
        eventlog::ReaderOptions options
    ) override {
        return log_.open_reader(std::move(options));
    }
    base::Result<std::unique_ptr<eventlog::GroupReader>> join_group(
        eventlog::GroupOptions options
    ) override;
    [[nodiscard]] eventlog::Admin& admin() override { return log_.admin(); }

  private:
    eventlog::EventLog& log_;
    const Shape shape_;
    const Bug bug_;
};

}  // namespace flightcast::simulation
