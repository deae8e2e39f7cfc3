// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "eventlog/embedded.h"
#include "eventlog/forwarding_log_testing.h"

namespace flightcast::simulation {

// The log as one process sees it. After forget() nothing is completed any more: there is no process
// that could be told.
class ProcessLog final : public eventlog::ForwardingLog {
  public:
    explicit ProcessLog(eventlog::EventLog& log) : ForwardingLog(log) {}

    [[nodiscard]] eventlog::Embedded* embedded() override { return log().embedded(); }
    base::Result<std::unique_ptr<eventlog::Writer>> open_writer() override {
        FC_TRY(std::unique_ptr<eventlog::Writer> writer, log().open_writer());
        return std::make_unique<Mortal>(std::move(writer), alive_);
    }
    void forget() { *alive_ = false; }

  private:
    class Mortal final : public eventlog::Writer {
      public:
        Mortal(std::unique_ptr<eventlog::Writer> writer, std::shared_ptr<bool> alive)
            : writer_(std::move(writer)), alive_(std::move(alive)) {}
        base::Result<void> append(
            std::vector<eventlog::NewRecord> records, eventlog::Done done
        ) override {
            return writer_->append(
                std::move(records),
                [alive = alive_, done = std::move(done)](base::Result<void> result) mutable {
                    if (*alive) done(std::move(result));
                }
            );
        }

      private:
        const std::unique_ptr<eventlog::Writer> writer_;
        const std::shared_ptr<bool> alive_;
    };

    const std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace flightcast::simulation
