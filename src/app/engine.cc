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
      last_(stages_.size(), StepOutcome::idle),
      in_trouble_(stages_.size(), false) {
    for (Chore& chore : chores) {
        chores_.push_back({std::move(chore), clock_.steady_now() + chore.every});
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

bool Engine::step_stage(std::size_t index) {
    const EngineStage& driven = stages_[index];
    const StepOutcome outcome = driven.stage.step();
    last_[index] = outcome;
    const bool trouble = driven.stage.trouble().has_value();
    if (trouble != in_trouble_[index]) {
        in_trouble_[index] = trouble;
        if (trouble) {
            logger_.error(
                driven.name + " is waiting to try again",
                {{"reason", driven.stage.trouble()->detail}}
            );
        } else {
            logger_.info(driven.name + " works again");
        }
    }
    return outcome == StepOutcome::worked;
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
        if (last_[i] != StepOutcome::backing_off) continue;
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
    const SteadyTime deadline = clock_.steady_now() + *stopping_;
    while (step() && clock_.steady_now() < deadline) {
    }
    log_.close();
    log_.step();
}

}  // namespace flightcast::app
