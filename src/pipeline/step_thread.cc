// SPDX-License-Identifier: Apache-2.0
#include "pipeline/step_thread.h"

#include <algorithm>
#include <utility>

namespace flightcast::pipeline {

using base::SteadyTime;

StepThread::StepThread(Machine& machine, const base::Clock& clock)
    : machine_(machine), clock_(clock) {
    machine_.on_wake([this] { wake(); });
}

StepThread::~StepThread() {
    stop(std::chrono::microseconds(0));
    machine_.on_wake({});
}

void StepThread::start() {
    thread_ = std::thread([this] { run(); });
}

void StepThread::stop(std::chrono::microseconds patience) {
    {
        const std::lock_guard lock(mutex_);
        patience_ = patience;
    }
    condition_.notify_one();
    if (thread_.joinable()) thread_.join();
}

void StepThread::wake() {
    {
        const std::lock_guard lock(mutex_);
        if (woken_) return;
        woken_ = true;
    }
    condition_.notify_one();
}

bool StepThread::wait(SteadyTime until) {
    const SteadyTime now = clock_.steady_now();
    std::unique_lock lock(mutex_);
    if (until <= now) return patience_.has_value();
    const auto is_over = [this] { return woken_ || patience_.has_value(); };
    if (until == SteadyTime::max()) {
        condition_.wait(lock, is_over);
    } else {
        condition_.wait_for(lock, until - now, is_over);
    }
    woken_ = false;
    return patience_.has_value();
}

void StepThread::wait_to_end(SteadyTime until) {
    const SteadyTime now = clock_.steady_now();
    std::unique_lock lock(mutex_);
    if (until <= now) return;
    condition_.wait_for(lock, until - now, [this] { return woken_; });
    woken_ = false;
}

void StepThread::run() {
    while (!wait(machine_.step(clock_.steady_now()))) {
    }
    machine_.end_by(clock_.steady_now() + *patience_);
    while (!machine_.has_ended()) wait_to_end(machine_.step(clock_.steady_now()));
}

}  // namespace flightcast::pipeline
