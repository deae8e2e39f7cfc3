// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace flightcast::gateway::net {

// A machine with deadlines that the loop wakes.
class Timed {
  public:
    virtual ~Timed() = default;
    [[nodiscard]] virtual std::optional<base::SteadyTime> next_deadline() const = 0;

    // Called when the deadline has passed, perhaps a little later.
    virtual void expire(base::SteadyTime now) = 0;

    // Called after every event and every batch of tasks: sends the gathered output.
    virtual void flush(base::SteadyTime /*now*/) {}

    // Called when no event is under way: frees objects that events may still have pointed to.
    virtual void sweep() {}
};

// A file descriptor's owner.
class Watcher {
  public:
    virtual ~Watcher() = default;
    virtual void on_ready(std::uint32_t events, base::SteadyTime now) = 0;
};

// One thread's loop over epoll(7), level-triggered: sockets, deadlines, and tasks from other
// threads.
//
// Why not Asio: with level-triggered readiness a connection needs no read buffer of its own and no
// pending operation while it is idle, a message costs one recv and one send, and everything emitted
// in one batch of work leaves in one writev.
//
// Thread-safety: post() and stop() from any thread, stop() from a signal handler too; all else from
// the thread that is in run(), or before it is.
class EventLoop {
  public:
    using Task = std::move_only_function<void()>;

    // Errors: io, when the kernel gives no descriptors. REQUIRES: `clock` outlives the loop.
    [[nodiscard]] static base::Result<std::unique_ptr<EventLoop>> create(const base::Clock& clock);

    // Use create().
    class Key;
    EventLoop(Key key, const base::Clock& clock, int epoll_fd, int wake_fd);
    ~EventLoop();
    EventLoop(const EventLoop&) = delete;
    EventLoop& operator=(const EventLoop&) = delete;

    // Runs the task in the loop's thread, in the order of the calls. The thread is woken once for
    // all that is there. A task posted after stop() may never run.
    void post(Task task);

    // Runs until stop().
    void run();
    void stop();

    // From now on the machine's deadlines are kept. REQUIRES: undrive() before it goes away.
    void drive(Timed& machine);
    void undrive(Timed& machine);

    // `events` of epoll_ctl(2). A watcher may be told once more after unwatch() in the same round,
    // so it is freed in Timed::sweep(). False when the kernel refuses.
    [[nodiscard]] bool watch(int fd, std::uint32_t events, Watcher& watcher);
    void rewatch(int fd, std::uint32_t events, Watcher& watcher);
    void unwatch(int fd);

    [[nodiscard]] base::SteadyTime now() const { return clock_.steady_now(); }

  private:
    void wake();
    void run_tasks();
    void run_deadlines();
    void flush();
    [[nodiscard]] int wait_ms() const;

    const base::Clock& clock_;
    const int epoll_fd_;
    const int wake_fd_;
    std::atomic<bool> stopping_ = false;
    std::vector<Timed*> machines_;
    std::mutex mutex_;
    std::vector<Task> tasks_;  // guarded by mutex_
};

}  // namespace flightcast::gateway::net
