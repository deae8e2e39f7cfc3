// SPDX-License-Identifier: Apache-2.0
#include "loadtest/net/event_loop.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <system_error>
#include <utility>

namespace flightcast::loadtest::net {
namespace {

constexpr std::size_t kEventsPerRound = 128;

int make_epoll() {
    const int fd = ::epoll_create1(EPOLL_CLOEXEC);
    if (fd < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
    return fd;
}

timespec to_timespec(std::chrono::microseconds time) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    const std::chrono::nanoseconds rest = time - seconds;
    return {.tv_sec = seconds.count(), .tv_nsec = rest.count()};
}

}  // namespace

void Timer::set(base::SteadyTime at) {
    loop_.timers_.set(*this, at);
}

void Timer::cancel() {
    loop_.timers_.clear(*this);
}

EventLoop::EventLoop(const base::Clock& clock) : clock_(clock), epoll_fd_(make_epoll()) {}

EventLoop::~EventLoop() {
    ::close(epoll_fd_);
}

bool EventLoop::watch(int fd, Watcher& watcher) {
    epoll_event event{
        .events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET,
        .data = {.ptr = &watcher},
    };
    watcher.watched_in_round_ = round_;
    return ::epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, fd, &event) == 0;
}

void EventLoop::wait(std::chrono::microseconds most) {
    if (!tasks_.empty()) return poll();
    if (const auto next = timers_.next()) {
        most = std::min<std::chrono::microseconds>(most, *next - now());
    }
    run_round(std::max(most, std::chrono::microseconds::zero()));
}

void EventLoop::run_round(std::chrono::microseconds most) {
    // Not epoll_wait: a millisecond is too coarse for a schedule of requests.
    std::array<epoll_event, kEventsPerRound> events;  // NOLINT: filled by the kernel.
    const timespec timeout = to_timespec(most);
    const int ready = ::epoll_pwait2(epoll_fd_, events.data(), kEventsPerRound, &timeout, nullptr);
    ++round_;
    for (int i = 0; i < ready; ++i) {
        const epoll_event& event = events[static_cast<std::size_t>(i)];
        auto& watcher = *static_cast<Watcher*>(event.data.ptr);
        // A descriptor watched only since this round cannot be meant: its predecessor is.
        if (watcher.watched_in_round_ != round_) watcher.on_ready(event.events);
    }
    for (const auto& task : std::exchange(tasks_, {})) task();
    if (!timers_.next()) return;
    const base::SteadyTime time = now();
    while (Timer* const due = timers_.take_due(time)) due->on_due_();
}

}  // namespace flightcast::loadtest::net
