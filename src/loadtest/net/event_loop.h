// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/clock.h"
#include "base/deadlines.h"

namespace flightcast::loadtest::net {

class EventLoop;

// Is told when a descriptor is ready.
class Watcher {
  public:
    virtual ~Watcher() = default;

    // `events` as epoll_wait(2) gives them.
    virtual void on_ready(std::uint32_t events) = 0;

  private:
    friend class EventLoop;
    std::uint64_t watched_in_round_ = 0;
};

// Calls back once for each time that it is set.
//
// Thread-safety: the loop's thread only.
class Timer {
  public:
    // REQUIRES: `loop` outlives the timer.
    Timer(EventLoop& loop, std::function<void()> on_due)
        : loop_(loop), on_due_(std::move(on_due)) {}
    ~Timer() { cancel(); }
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

    // Replaces the time that was set before.
    void set(base::SteadyTime at);
    void cancel();

    // base::kNoDeadline when it is not set.
    [[nodiscard]] base::SteadyTime due() const { return due_; }

  private:
    friend class EventLoop;
    EventLoop& loop_;
    const std::function<void()> on_due_;
    base::SteadyTime due_ = base::kNoDeadline;
};

// One thread's loop over epoll(7), edge-triggered: a socket is made known to the kernel once, after
// that a request costs one send, one recv and its share of an epoll_wait. Asio pays an epoll_ctl
// for each wait on top, and CPU time of the load generator is missing to the server.
//
// Thread-safety: one thread.
class EventLoop {
  public:
    // Throws std::system_error when the kernel gives no descriptor. REQUIRES: `clock` outlives it.
    explicit EventLoop(const base::Clock& clock);
    ~EventLoop();
    EventLoop(const EventLoop&) = delete;
    EventLoop& operator=(const EventLoop&) = delete;

    // Tells the watcher when `fd` becomes readable, writable or broken, until `fd` is closed. False
    // when the kernel refuses.
    [[nodiscard]] bool watch(int fd, Watcher& watcher);

    // Calls `task` in the next round: for work that must not happen inside the caller.
    void post(std::function<void()> task) { tasks_.push_back(std::move(task)); }

    // One round: handles all that is ready and due, after waiting for the first of it; for `most`
    // at the longest.
    void wait(std::chrono::microseconds most = std::chrono::hours(1));

    // One round that waits for nothing.
    void poll() { run_round({}); }

    [[nodiscard]] base::SteadyTime now() const { return clock_.steady_now(); }

  private:
    friend class Timer;
    void run_round(std::chrono::microseconds most);

    const base::Clock& clock_;
    const int epoll_fd_;
    base::Deadlines<Timer, &Timer::due_> timers_;
    std::vector<std::function<void()>> tasks_;
    std::uint64_t round_ = 1;
};

}  // namespace flightcast::loadtest::net
