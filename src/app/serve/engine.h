// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "eventlog/event_log.h"
#include "eventlog/local/local_log.h"
#include "scoring/stage.h"
#include "telemetry/log.h"

namespace flightcast::app::serve {

// A stage and what drives it.
struct EngineStage {
    std::string name;  // "scorer", for people
    scoring::Stage& stage;
    eventlog::Reader& reader;
    // At least this long between two steps that found work, so that what nobody waits for goes in
    // larger batches.
    std::chrono::milliseconds pace{0};
};

// Work that is done now and then: retention, lag.
struct Chore {
    std::chrono::milliseconds every;
    std::function<void()> run;
};

// What an engine works on. All of it outlives the engine.
struct EngineParts {
    eventlog::local::LocalLog* log = nullptr;  // committed by this engine; null: by its own threads
    std::vector<EngineStage> stages;
    std::vector<Chore> chores;
    const base::Clock& clock;
    telemetry::Logger logger;
    std::function<void(base::Error)> on_end;  // once, when a stage can never go on
};

// The thread on which stages work, and the embedded log with them: a request is committed, scored
// and its outcome committed without a wake-up across cores, which would cost more than the scoring.
//
// Thread-safety: wake() from any thread; the rest from one.
class Engine {
  public:
    explicit Engine(EngineParts parts);
    ~Engine();

    void start();

    // Ends the thread. The embedded log commits what is queued and, unless that takes longer than
    // `patience`, its stages do all there is to do. Of another log they begin nothing new, and what
    // they publish is waited for as long.
    void stop(std::chrono::microseconds patience);

    void wake();

    // Why a stage cannot get anything published, once it has failed a few times in a row; a failure
    // now and then is nothing that others need to know. Any thread may ask.
    [[nodiscard]] std::optional<base::Error> trouble() const;

  private:
    struct ChoreState {
        Chore chore;
        base::SteadyTime due;
    };

    struct StageState {
        scoring::StepOutcome last = scoring::StepOutcome::idle;
        bool in_trouble = false;           // already said so
        std::optional<base::Error> stuck;  // guarded by mutex_: why nothing gets published
        bool put_off = false;              // to be stepped at `not_before`
        base::SteadyTime not_before{};     // by its pace
    };

    void run();
    bool step();
    bool step_stage(std::size_t index);
    [[nodiscard]] bool put_off(std::size_t index);
    void report_trouble(std::size_t index);
    void note_stuck(std::size_t index);
    void do_chores();
    [[nodiscard]] bool commit();
    [[nodiscard]] bool is_publishing() const;
    void finish(base::SteadyTime deadline);
    [[nodiscard]] base::SteadyTime next_deadline() const;
    void wait(base::SteadyTime deadline);

    EngineParts parts_;
    std::vector<ChoreState> chores_;
    std::vector<StageState> states_;  // by stage
    bool draining_ = false;           // ends: nothing is put off any more
    mutable std::mutex mutex_;
    std::condition_variable condition_;
    bool work_ = false;                                  // guarded by mutex_
    std::optional<std::chrono::microseconds> stopping_;  // guarded by mutex_: the patience
    std::thread thread_;
};

}  // namespace flightcast::app::serve
