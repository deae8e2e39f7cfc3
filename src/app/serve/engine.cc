// SPDX-License-Identifier: Apache-2.0
#include "app/serve/engine.h"

#include <algorithm>
#include <utility>

namespace flightcast::app::serve {

using base::Errc;
using base::SteadyTime;
using scoring::StepOutcome;

namespace {

// While ending, how long until it is looked again whether all that was published is there.
constexpr auto kFinishCheck = std::chrono::milliseconds(20);

constexpr std::size_t kFailuresUntilStuck = 3;

}  // namespace

Engine::Engine(EngineParts parts) : parts_(std::move(parts)), states_(parts_.stages.size()) {
    for (Chore& chore : parts_.chores) {
        const SteadyTime due = parts_.clock.steady_now() + chore.every;
        chores_.push_back({std::move(chore), due});
    }
    if (parts_.log != nullptr) parts_.log->on_work([this] { wake(); });
    for (const EngineStage& stage : parts_.stages) stage.reader.on_ready([this] { wake(); });
}

Engine::~Engine() {
    if (parts_.log != nullptr) parts_.log->on_work({});
    for (const EngineStage& stage : parts_.stages) stage.reader.on_ready({});
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
    const EngineStage& driven = parts_.stages[index];
    const bool trouble = driven.stage.trouble().has_value();
    if (trouble == std::exchange(states_[index].in_trouble, trouble)) return;
    if (trouble) {
        parts_.logger.error(
            driven.name + " is waiting to try again", {{"reason", driven.stage.trouble()->detail}}
        );
    } else {
        parts_.logger.info(driven.name + " works again");
    }
}

std::optional<base::Error> Engine::trouble() const {
    const std::lock_guard lock(mutex_);
    for (const StageState& state : states_) {
        if (state.stuck) return state.stuck;
    }
    return std::nullopt;
}

void Engine::note_stuck(std::size_t index) {
    const EngineStage& driven = parts_.stages[index];
    std::optional<base::Error>& stuck = states_[index].stuck;
    const bool is_stuck = driven.stage.failures() >= kFailuresUntilStuck;
    if (is_stuck == stuck.has_value()) return;
    const std::lock_guard lock(mutex_);
    stuck.reset();
    if (!is_stuck) return;
    stuck = driven.stage.trouble();
    stuck->detail = driven.name + ": " + stuck->detail;
}

// True when the stage's pace does not let it step yet.
bool Engine::put_off(std::size_t index) {
    if (parts_.stages[index].pace == std::chrono::milliseconds::zero() || draining_) return false;
    StageState& state = states_[index];
    state.put_off = parts_.clock.steady_now() < state.not_before;
    return state.put_off;
}

bool Engine::step_stage(std::size_t index) {
    const EngineStage& driven = parts_.stages[index];
    if (put_off(index)) return false;
    const StepOutcome outcome = driven.stage.step();
    if (outcome == StepOutcome::fenced && states_[index].last != outcome && parts_.on_end) {
        parts_.on_end({Errc::fenced, driven.name + ": " + driven.stage.trouble()->detail});
    }
    states_[index].last = outcome;
    report_trouble(index);
    note_stuck(index);
    if (outcome != StepOutcome::worked) return false;
    states_[index].not_before = parts_.clock.steady_now() + driven.pace;
    return true;
}

bool Engine::commit() {
    return parts_.log != nullptr && parts_.log->step();
}

bool Engine::step() {
    bool worked = commit();
    for (std::size_t i = 0; i < parts_.stages.size(); ++i) {
        worked |= step_stage(i);
        // What a stage published is committed at once: somebody waits for it.
        worked |= commit();
    }
    return worked;
}

void Engine::do_chores() {
    const SteadyTime now = parts_.clock.steady_now();
    for (ChoreState& state : chores_) {
        if (state.due > now) continue;
        state.chore.run();
        state.due = parts_.clock.steady_now() + state.chore.every;
    }
}

SteadyTime Engine::next_deadline() const {
    SteadyTime next = SteadyTime::max();
    for (const ChoreState& state : chores_) next = std::min(next, state.due);
    for (std::size_t i = 0; i < parts_.stages.size(); ++i) {
        const StageState& state = states_[i];
        if (state.put_off) next = std::min(next, state.not_before);
        if (state.last != StepOutcome::backing_off) continue;
        next = std::min(next, parts_.stages[i].stage.retry_at());
    }
    return next;
}

void Engine::wait(SteadyTime deadline) {
    const auto pause = std::max(deadline - parts_.clock.steady_now(), std::chrono::microseconds(0));
    std::unique_lock lock(mutex_);
    const auto woken = [this] { return work_ || stopping_.has_value(); };
    if (deadline == SteadyTime::max()) {
        condition_.wait(lock, woken);
    } else {
        condition_.wait_for(lock, pause, woken);
    }
    work_ = false;
}

bool Engine::is_publishing() const {
    return std::ranges::any_of(parts_.stages, [](const EngineStage& driven) {
        return driven.stage.in_flight() > 0;
    });
}

void Engine::finish(SteadyTime deadline) {
    draining_ = true;
    if (parts_.log != nullptr) {
        while (step() && parts_.clock.steady_now() < deadline) {
        }
        parts_.log->close();
        static_cast<void>(commit());
        return;
    }
    while (is_publishing() && parts_.clock.steady_now() < deadline) {
        std::unique_lock lock(mutex_);
        condition_.wait_for(lock, kFinishCheck, [this] { return std::exchange(work_, false); });
    }
}

void Engine::run() {
    while (true) {
        while (step()) {
            do_chores();
            const std::lock_guard lock(mutex_);
            if (stopping_) break;
        }
        do_chores();
        wait(next_deadline());
        const std::lock_guard lock(mutex_);
        if (stopping_) break;
    }
    finish(parts_.clock.steady_now() + *stopping_);
}

}  // namespace flightcast::app::serve
