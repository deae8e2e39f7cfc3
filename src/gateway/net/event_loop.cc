// SPDX-License-Identifier: Apache-2.0
#include "gateway/net/event_loop.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <limits>
#include <utility>

#include "base/check.h"

namespace flightcast::gateway::net {
namespace {

constexpr int kEventsPerWait = 64;
// Flushing now and then keeps the first of a large batch from waiting for the last.
constexpr std::size_t kTasksPerFlush = 64;

}  // namespace

// Only this file can make one.
class EventLoop::Key {};

base::Result<std::unique_ptr<EventLoop>> EventLoop::create(const base::Clock& clock) {
    const int epoll_fd = ::epoll_create1(EPOLL_CLOEXEC);
    if (epoll_fd < 0) {
        return base::fail(base::Errc::io, std::string("epoll_create1: ") + std::strerror(errno));
    }
    const int wake_fd = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (wake_fd < 0) {
        const int error = errno;
        ::close(epoll_fd);
        return base::fail(base::Errc::io, std::string("eventfd: ") + std::strerror(error));
    }
    epoll_event event{.events = EPOLLIN, .data = {.ptr = nullptr}};
    FC_CHECK(::epoll_ctl(epoll_fd, EPOLL_CTL_ADD, wake_fd, &event) == 0);
    return std::make_unique<EventLoop>(Key(), clock, epoll_fd, wake_fd);
}

EventLoop::EventLoop(Key /*key*/, const base::Clock& clock, int epoll_fd, int wake_fd)
    : clock_(clock), epoll_fd_(epoll_fd), wake_fd_(wake_fd) {}

EventLoop::~EventLoop() {
    ::close(wake_fd_);
    ::close(epoll_fd_);
}

void EventLoop::wake() {
    const std::uint64_t one = 1;
    // Fails only when the counter is at its maximum, and then the thread is woken anyway.
    [[maybe_unused]] const ssize_t written = ::write(wake_fd_, &one, sizeof one);
}

void EventLoop::post(Task task) {
    bool first = false;
    {
        const std::lock_guard lock(mutex_);
        first = tasks_.empty();
        tasks_.push_back(std::move(task));
    }
    if (first) wake();
}

void EventLoop::stop() {
    stopping_.store(true);
    wake();
}

void EventLoop::drive(Timed& machine) {
    machines_.push_back(&machine);
}

void EventLoop::undrive(Timed& machine) {
    std::erase(machines_, &machine);
}

bool EventLoop::watch(int fd, std::uint32_t events, Watcher& watcher) {
    epoll_event event{.events = events, .data = {.ptr = &watcher}};
    return ::epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, fd, &event) == 0;
}

void EventLoop::rewatch(int fd, std::uint32_t events, Watcher& watcher) {
    epoll_event event{.events = events, .data = {.ptr = &watcher}};
    FC_CHECK(::epoll_ctl(epoll_fd_, EPOLL_CTL_MOD, fd, &event) == 0);
}

void EventLoop::unwatch(int fd) {
    FC_CHECK(::epoll_ctl(epoll_fd_, EPOLL_CTL_DEL, fd, nullptr) == 0);
}

int EventLoop::wait_ms() const {
    std::optional<base::SteadyTime> next;
    for (const Timed* machine : machines_) {
        const auto deadline = machine->next_deadline();
        if (deadline && (!next || *deadline < *next)) next = deadline;
    }
    if (!next) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*next - now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, std::numeric_limits<int>::max()));
}

void EventLoop::run() {
    std::array<epoll_event, kEventsPerWait> events{};
    flush();
    while (!stopping_.load()) {
        const int ready = ::epoll_wait(epoll_fd_, events.data(), kEventsPerWait, wait_ms());
        FC_CHECK(ready >= 0 || errno == EINTR);
        bool woken = false;
        for (int i = 0; i < ready; ++i) {
            const epoll_event& event = events.at(static_cast<std::size_t>(i));
            if (event.data.ptr == nullptr) {
                woken = true;
                continue;
            }
            static_cast<Watcher*>(event.data.ptr)->on_ready(event.events, now());
            flush();
        }
        if (woken) run_tasks();
        run_deadlines();
        for (Timed* machine : machines_) machine->sweep();
    }
    stopping_.store(false);
}

void EventLoop::run_tasks() {
    std::uint64_t count = 0;
    // Read before the tasks are taken: a later post writes again.
    [[maybe_unused]] const ssize_t got = ::read(wake_fd_, &count, sizeof count);
    std::vector<Task> tasks;
    {
        const std::lock_guard lock(mutex_);
        tasks.swap(tasks_);
    }
    std::size_t done = 0;
    for (Task& task : tasks) {
        std::exchange(task, nullptr)();
        if (++done % kTasksPerFlush == 0) flush();
    }
    flush();
}

void EventLoop::run_deadlines() {
    const base::SteadyTime time = now();
    bool expired = false;
    for (std::size_t i = 0; i < machines_.size(); ++i) {
        const auto deadline = machines_[i]->next_deadline();
        if (!deadline || *deadline > time) continue;
        machines_[i]->expire(time);
        expired = true;
    }
    if (expired) flush();
}

void EventLoop::flush() {
    const base::SteadyTime time = now();
    for (std::size_t i = 0; i < machines_.size(); ++i) machines_[i]->flush(time);
}

}  // namespace flightcast::gateway::net
