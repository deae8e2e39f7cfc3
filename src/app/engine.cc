// SPDX-License-Identifier: Apache-2.0
#include "app/engine.h"

#include <algorithm>
#include <utility>

namespace flightcast::app {

using base::SteadyTime;
using scoring::StepOutcome;

Engine::Engine(
    eventlog::local::LocalLog& log,
    std::vector<EngineStage> stages,
    std::vector<Chore> chores,
    const base::Clock& clock,
    telemetry::Logger logger
)
    : log_(log),
      stages_(std::move(stages)),
      clock_(clock),
      logger_(std::move(logger)),
      states_(stages_.size()) {
    for (Chore& chore : chores) {
        const SteadyTime due = clock_.steady_now() + chore.every;
        chores_.push_back({std::move(chore), due});
    }
    log_.on_work([this] { wake(); });
    for (const EngineStage& stage : stages_) stage.reader.on_ready([this] { wake(); });
}

Engine::~Engine() {
    log_.on_work({});
    for (const EngineStage& stage : stages_) stage.reader.on_ready({});
}

void Engine::start() {
    thread_ = std::thread([this] { run(); });
}

void Engine::stop(std::chrono::microseconds patience) {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = patience;
    }
    condition_.notify_one();
    if (thread_.joinable()) thread_.join();
}

void Engine::wake() {
    {
        const std::lock_guard lock(mutex_);
        if (work_) return;
        work_ = true;
    }
    condition_.notify_one();
}

void Engine::report_trouble(std::size_t index) {
    const EngineStage& driven = stages_[index];
    const bool trouble = driven.stage.trouble().has_value();
    if (trouble == std::exchange(states_[index].in_trouble, trouble)) return;
    if (trouble) {
        logger_.error(
            driven.name + " is waiting to try again", {{"reason", driven.stage.trouble()->detail}}
        );
    } else {
        logger_.info(driven.name + " works again");
    }
}

// True when the stage's pace does not let it step yet.
bool Engine::put_off(std::size_t index) {
    if (stages_[index].pace == std::chrono::milliseconds::zero() || draining_) return false;
    StageState& state = states_[index];
    state.put_off = clock_.steady_now() < state.not_before;
    return state.put_off;
}

bool Engine::step_stage(std::size_t index) {
    const EngineStage& driven = stages_[index];
    if (put_off(index)) return false;
    const StepOutcome outcome = driven.stage.step();
    states_[index].last = outcome;
    report_trouble(index);
    if (outcome != StepOutcome::worked) return false;
    states_[index].not_before = clock_.steady_now() + driven.pace;
    return true;
}

bool Engine::step() {
    bool worked = log_.step();
    for (std::size_t i = 0; i < stages_.size(); ++i) {
        worked |= step_stage(i);
        // What a stage published is committed at once: somebody waits for it.
        worked |= log_.step();
    }
    return worked;
}

void Engine::do_chores() {
    const SteadyTime now = clock_.steady_now();
    for (ChoreState& state : chores_) {
        if (state.due > now) continue;
        state.chore.run();
        state.due = clock_.steady_now() + state.chore.every;
    }
}

SteadyTime Engine::next_deadline() const {
    SteadyTime next = SteadyTime::max();
    for (const ChoreState& state : chores_) next = std::min(next, state.due);
    for (std::size_t i = 0; i < stages_.size(); ++i) {
        const StageState& state = states_[i];
        if (state.put_off) next = std::min(next, state.not_before);
        if (state.last != StepOutcome::backing_off) continue;
        next = std::min(next, stages_[i].stage.retry_at());
    }
    return next;
}

void Engine::wait() {
    const SteadyTime deadline = next_deadline();
    const auto pause = std::max(deadline - clock_.steady_now(), std::chrono::microseconds(0));
    std::unique_lock lock(mutex_);
    const auto woken = [this] { return work_ || stopping_.has_value(); };
    if (deadline == SteadyTime::max()) {
        condition_.wait(lock, woken);
    } else {
        condition_.wait_for(lock, pause, woken);
    }
    work_ = false;
}

void Engine::run() {
    while (true) {
        while (step()) do_chores();
        do_chores();
        wait();
        const std::lock_guard lock(mutex_);
        if (stopping_) break;
    }
    draining_ = true;
    const SteadyTime deadline = clock_.steady_now() + *stopping_;
    while (step() && clock_.steady_now() < deadline) {
    }
    log_.close();
    log_.step();
}

}  // namespace flightcast::app
