// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/limits.h"
#include "base/result.h"
#include "eventlog/event_log.h"
#include "pipeline/backoff.h"
#include "pipeline/batch_limit.h"
#include "pipeline/held_records.h"
#include "pipeline/part.h"

namespace flightcast::pipeline {

// Turns polled records into the records to publish for them. An error means that nothing was done
// and the same records should come again later.
using Work = std::function<
    base::Result<std::vector<eventlog::NewRecord>>(const std::vector<eventlog::Record>&)>;

struct StageOptions {
    std::size_t batch_max = base::limits::kPollRecordsMax;  // records polled in a step, at most
    std::size_t in_flight_max = base::limits::kPublishesInFlightMax;
    // While it is behind, its pace does not hold it up beside an embedded log, too.
    bool hurries = false;
    std::size_t held_max = base::limits::kHeldRecordsMax;  // then nothing more is polled
    BackoffOptions backoff{};

    // Asked whenever the log has no more records, and this member has a partition: outputs that
    // follow from something else than a record of the group, at most so many. They are published
    // without positions, so a crash may repeat them.
    std::function<std::vector<eventlog::NewRecord>(std::size_t records_max)> take_more{};

    // Whether take_more() would give any. Where it is known, a stage beside an embedded log does
    // not end in order before it has published all that follows from the log.
    std::function<bool()> has_more{};

    // Told when outputs may not have been published, before any work is repeated.
    std::function<void()> start_over{};

    // Told how many failures there were in a row: after each, and 0 once work succeeds again.
    std::function<void(std::size_t failures)> note_failures{};

    // Told of outputs that are about to be published; what it gives is called once they are, or are
    // not, perhaps on another thread.
    std::function<
        std::function<void(const base::Result<void>&)>(const std::vector<eventlog::NewRecord>&)>
        watch_publish{};

    // How long records are held before they are worked on. What is held is not committed, and comes
    // again after a failure or a restart.
    Holding holding{};
};

// Reads a log and publishes to one: polls a batch, does the work, publishes its results together
// with the positions they stand for. When anything fails, it pauses (backoff.h), waits until
// nothing is under way, goes back to the committed positions and does the work again, in smaller
// batches (batch_limit.h). Nothing is skipped; work may be repeated. Once fenced, it never polls or
// publishes again.
//
// A stage that gets on in smaller batches is not stuck: failures() begins anew with each success,
// and trouble() lasts until the next one.
//
// Thread-safety: one thread at a time; completions may come on another.
class Stage final : public Part {
  public:
    // REQUIRES: `reader` outlives the stage; the bounds in `options` are at least 1.
    Stage(eventlog::GroupReader& reader, Work work, StageOptions options = {});

    [[nodiscard]] Step step(base::SteadyTime now) override;
    void attend() override { reader_.attend(); }
    [[nodiscard]] base::SteadyTime retry_at() const override { return retry_at_; }
    [[nodiscard]] const std::optional<base::Error>& trouble() const override { return trouble_; }
    [[nodiscard]] std::size_t failures() const override { return backoff_.failures(); }
    [[nodiscard]] bool is_behind() const override { return is_behind_; }
    [[nodiscard]] std::size_t in_flight() const override;
    void on_ready(std::function<void()> wake) override;

  private:
    struct InFlight;
    enum class State {
        working,
        pausing,  // after a failure: until retry_at_ and until nothing is in flight
        fenced,   // for good
    };

    void take_completions();
    Step back_off(base::Error error, base::SteadyTime now);
    Step back_off_from_batch(base::Error error, base::SteadyTime now);
    void note_failures();
    Step give_up(base::Error error);
    Step recover(base::SteadyTime now);
    Step work_on_a_batch(base::SteadyTime now);
    void forget_what_is_over(Step step, base::SteadyTime now);
    base::Result<std::vector<eventlog::Record>> poll();
    Step work_on_what_is_due(std::vector<eventlog::Record> polled, base::SteadyTime now);
    Step work_on_more(base::SteadyTime now);
    Step work_on(const std::vector<eventlog::Record>& records, base::SteadyTime now);
    base::Result<void> publish(
        const std::vector<eventlog::Record>& records, std::vector<eventlog::NewRecord> outputs
    );

    eventlog::GroupReader& reader_;
    const Work work_;
    const StageOptions options_;
    std::shared_ptr<InFlight> in_flight_;  // completions share it, and may outlive the stage
    HeldRecords held_;
    BatchLimit limit_;
    std::size_t batch_ = 0;   // records, or outputs of take_more(), that were last worked on
    bool is_behind_ = false;  // its last poll found as much as it takes
    State state_ = State::working;
    std::optional<base::Error> trouble_;
    Backoff backoff_;
    base::SteadyTime retry_at_{};
    std::optional<base::SteadyTime> idle_since_;  // in trouble, with nothing to do
};

}  // namespace flightcast::pipeline
