// SPDX-License-Identifier: Apache-2.0
#include "pipeline/step_thread.h"

#include <algorithm>
#include <utility>

namespace flightcast::pipeline {

using base::SteadyTime;

namespace {

constexpr std::chrono::hours kSleepMax{1};

}  // namespace

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

// Returns at `until`, sooner when `is_over` or after an hour: a step too early changes nothing, and
// the nanoseconds until a deadline that never comes do not fit into 64 bits.
template <class IsOver>
void StepThread::sleep(std::unique_lock<std::mutex>& lock, SteadyTime until, IsOver is_over) {
    const SteadyTime now = clock_.steady_now();
    if (until <= now) return;
    condition_.wait_for(lock, std::min(until, now + kSleepMax) - now, is_over);
    woken_ = false;
}

bool StepThread::wait(SteadyTime until) {
    std::unique_lock lock(mutex_);
    sleep(lock, until, [this] { return woken_ || patience_.has_value(); });
    return patience_.has_value();
}

void StepThread::wait_to_end(SteadyTime until) {
    std::unique_lock lock(mutex_);
    sleep(lock, until, [this] { return woken_; });
}

void StepThread::run() {
    while (!wait(machine_.step(clock_.steady_now()))) {
    }
    machine_.end_by(clock_.steady_now() + *patience_);
    while (!machine_.has_ended()) {
        const SteadyTime next = machine_.step(clock_.steady_now());
        if (!machine_.has_ended()) wait_to_end(next);
    }
}

}  // namespace flightcast::pipeline
