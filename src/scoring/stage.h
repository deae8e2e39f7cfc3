// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/limits.h"
#include "base/random.h"
#include "base/result.h"
#include "eventlog/event_log.h"

namespace flightcast::scoring {

// What one step came to.
enum class StepOutcome {
    worked,       // there may be more: step again
    idle,         // nothing to do until the reader's wake-up
    waiting,      // publishes are under way: step again when one completed
    backing_off,  // something failed: step again at retry_at()
    fenced,       // another instance has this one's place: stop for good
};

// Turns polled records into the records to publish for them. An error means that nothing was done
// and the same records should come again later.
using Process = std::function<
    base::Result<std::vector<eventlog::NewRecord>>(const std::vector<eventlog::Record>&)>;

struct StageOptions {
    std::size_t batch_max = base::limits::kPollRecordsMax;
    std::size_t in_flight_max = base::limits::kPublishesInFlightMax;
    std::chrono::milliseconds backoff_min{20};
    std::chrono::milliseconds backoff_max{5'000};
    std::uint64_t seed = 0;  // of the jitter
};

// Reads a log and publishes to one: polls a batch, processes it, publishes what came of it together
// with the positions it stands for. When anything fails, it waits a little (longer each time, and a
// part of that left to chance, so that not all come back to a broker at once) and until nothing is
// under way, goes back to the committed positions and does the work again. Nothing is skipped; work
// may be repeated.
//
// Thread-safety: one thread at a time; completions may come on another.
class Stage {
  public:
    // REQUIRES: `reader` and `clock` outlive the stage.
    Stage(
        eventlog::GroupReader& reader,
        Process process,
        const base::Clock& clock,
        StageOptions options = {}
    );

    StepOutcome step();

    // When to step again after `backing_off`.
    [[nodiscard]] base::SteadyTime retry_at() const { return retry_at_; }

    // Why it is backing off or fenced; nothing while all is well, which after a failure is when
    // something was published again.
    [[nodiscard]] const std::optional<base::Error>& trouble() const { return trouble_; }

    // How often it failed since something was published.
    [[nodiscard]] std::size_t failures() const { return failures_; }

    // Publishes that have not completed yet.
    [[nodiscard]] std::size_t in_flight() const;

  private:
    struct InFlight;

    StepOutcome back_off(base::Error error);
    StepOutcome recover();
    base::Result<void> publish(
        const std::vector<eventlog::Record>& records, std::vector<eventlog::NewRecord> outputs
    );

    eventlog::GroupReader& reader_;
    const Process process_;
    const base::Clock& clock_;
    const StageOptions options_;
    std::shared_ptr<InFlight> in_flight_;  // completions share it, and may outlive the stage
    std::optional<base::Error> trouble_;
    bool is_waiting_ = false;  // to try again, at retry_at_
    std::size_t failures_ = 0;
    std::chrono::milliseconds backoff_;
    base::SeededRandom random_;
    base::SteadyTime retry_at_{};
};

}  // namespace flightcast::scoring
