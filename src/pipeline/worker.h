// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "eventlog/embedded.h"
#include "pipeline/chore.h"
#include "pipeline/feed.h"
#include "pipeline/machine.h"
#include "pipeline/part.h"
#include "telemetry/log.h"

namespace flightcast::pipeline {

// A part and how a worker steps it.
struct WorkerPart {
    std::string name;  // "scorer", for people
    Part& part;

    // At least this long between two steps that found work, so that work that can wait goes in
    // larger batches; not while the part is behind, unless it `keeps_pace` for the others here.
    std::chrono::milliseconds pace{0};
    bool keeps_pace = false;

    // Asked before each step: not stepped while it says no. None: always.
    std::function<bool()> is_on_duty{};

    // Not stepped before this feed has caught up; null: at once.
    const Feed* after = nullptr;
    Feed* read_first = nullptr;  // each time before the part is stepped, to its end

    // Whether trouble() tells when it is stuck.
    bool is_needed = true;

    // Asked at the end, where another log is read: whether the part has worked on all that it must.
    // None: it begins nothing new then. May wait for the log's answer.
    std::function<bool()> has_read_out{};
};

// The parts that a worker works on. All of it outlives the worker.
struct WorkerParts {
    eventlog::Embedded* log = nullptr;  // committed by this worker; null: by its own threads
    std::vector<WorkerPart> parts;
    std::vector<Chore> chores;
    telemetry::Logger logger;
    std::function<void(base::Error)> on_end;  // once for each part that can never go on
};

// Steps parts, and the embedded log with them: on one thread, a request is committed, scored and
// its outcome committed without a wake-up across cores, which would cost more than the scoring.
//
// At its end it commits what is queued in the embedded log and its parts do all there is to do,
// until the deadline. Parts on a log that others commit begin nothing new, but for those that must
// read out, and publishes under way are waited for.
//
// Thread-safety: one thread at a time; trouble() from any.
class Worker final : public Machine {
  public:
    // The first run of each chore is due its time after `now`.
    Worker(WorkerParts parts, base::SteadyTime now);
    ~Worker() override;
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    [[nodiscard]] base::SteadyTime step(base::SteadyTime now) override;
    void end_by(base::SteadyTime deadline) override;
    [[nodiscard]] bool has_ended() const override { return has_ended_; }
    void on_wake(std::function<void()> wake) override;

    // Why a needed part gets nothing published, once it has failed a few times in a row; others
    // need not know of a failure now and then.
    [[nodiscard]] std::optional<base::Error> trouble() const;

    // The same of the parts with this name, needed or not.
    [[nodiscard]] std::optional<base::Error> trouble_of(std::string_view part) const;

  private:
    struct Driven {
        WorkerPart what;
        Step last = Step::idle;
        bool in_trouble = false;             // already said so
        bool is_put_off = false;             // to be stepped at `not_before`
        base::SteadyTime not_before{};       // by its pace
        std::optional<base::Error> stuck{};  // guarded by mutex_: why nothing gets published
    };
    struct DueChore {
        Chore chore;
        base::SteadyTime due;
    };

    bool step_parts(base::SteadyTime now);
    bool step_part(Driven& driven, base::SteadyTime now);
    [[nodiscard]] bool may_step(Driven& driven, base::SteadyTime now) const;
    void tell_if_fenced(Driven& driven, Step step) const;
    void report_trouble(Driven& driven) const;
    void note_stuck(Driven& driven);
    void do_chores(base::SteadyTime now);
    [[nodiscard]] bool commit() const;
    [[nodiscard]] bool is_publishing() const;
    [[nodiscard]] base::SteadyTime next_deadline() const;
    [[nodiscard]] base::SteadyTime step_to_end(base::SteadyTime now);
    [[nodiscard]] bool read_out(base::SteadyTime now);

    eventlog::Embedded* const log_;
    const telemetry::Logger logger_;
    const std::function<void(base::Error)> on_end_;
    std::vector<Driven> driven_;
    std::vector<DueChore> chores_;
    std::optional<base::SteadyTime> end_by_;  // set: it ends, and nothing is put off any more
    bool has_ended_ = false;
    bool has_wake_ = false;
    mutable std::mutex mutex_;
};

}  // namespace flightcast::pipeline
