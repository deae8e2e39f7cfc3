// SPDX-License-Identifier: Apache-2.0
#include "pipeline/step_thread.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <semaphore>
#include <utility>

namespace flightcast::pipeline {
namespace {

using namespace std::chrono_literals;
using base::SteadyTime;

// A machine that tells of each step and then wants what the test has set.
struct ToldMachine final : Machine {
    std::counting_semaphore<> steps{0};
    std::atomic<SteadyTime> due = SteadyTime::max();
    std::atomic<int> steps_to_end = 0;
    std::atomic<SteadyTime> deadline{};
    std::function<void()> wake;
    std::promise<void> is_ending;

    SteadyTime step(SteadyTime /*now*/) override {
        if (deadline.load() != SteadyTime{}) --steps_to_end;
        steps.release();
        return due;
    }
    void end_by(SteadyTime given) override {
        deadline = given;
        is_ending.set_value();
    }
    [[nodiscard]] bool has_ended() const override {
        return deadline.load() != SteadyTime{} && steps_to_end <= 0;
    }
    void on_wake(std::function<void()> given) override { wake = std::move(given); }
};

// Goal: a machine is stepped at the start, whenever it is woken and when it is due; woken while it
// steps, once more.
TEST(StepThread, StepsWhenWokenOrDue) {
    const base::SystemClock clock;
    ToldMachine machine;
    {
        StepThread thread(machine, clock);
        thread.start();
        machine.steps.acquire();
        machine.wake();
        machine.steps.acquire();
        machine.due = SteadyTime{};  // At once, again and again.
        machine.wake();
        for (int i = 0; i < 5; ++i) machine.steps.acquire();
        machine.due = SteadyTime::max();
        thread.stop(1h);
    }
    EXPECT_FALSE(machine.wake);
}

// Goal: at the stop a machine that waits is told the deadline and stepped until it has ended.
TEST(StepThread, StepsUntilTheMachineHasEnded) {
    const base::SystemClock clock;
    ToldMachine machine;
    machine.steps_to_end = 3;
    StepThread thread(machine, clock);
    thread.start();
    machine.steps.acquire();
    machine.due = SteadyTime{};
    const SteadyTime before = clock.steady_now();
    thread.stop(1h);
    EXPECT_EQ(machine.steps_to_end, 0);
    EXPECT_GE(machine.deadline.load(), before + 1h);
    thread.stop(1h);  // Again does nothing.
}

// Goal: a machine that ends without a deadline of its own is stepped when it is woken (and the wait
// until the end of all times does not overflow, which the sanitizer sees).
TEST(StepThread, WaitsAtTheEndUntilItIsWoken) {
    const base::SystemClock clock;
    ToldMachine machine;
    machine.steps_to_end = 2;
    StepThread thread(machine, clock);
    thread.start();
    machine.steps.acquire();
    const auto stopped = std::async(std::launch::async, [&] { thread.stop(1h); });
    machine.is_ending.get_future().wait();
    machine.steps.acquire();
    machine.wake();
    stopped.wait();
    EXPECT_LE(machine.steps_to_end, 0);
}

// Goal: a thread that was never started ends without having stepped.
TEST(StepThread, NeedNotBeStarted) {
    const base::SystemClock clock;
    ToldMachine machine;
    StepThread thread(machine, clock);
    thread.stop(1h);
    EXPECT_FALSE(machine.steps.try_acquire());
}

}  // namespace
}  // namespace flightcast::pipeline
