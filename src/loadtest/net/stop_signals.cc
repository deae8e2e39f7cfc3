// SPDX-License-Identifier: Apache-2.0
#include "loadtest/net/stop_signals.h"

#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace flightcast::loadtest::net {

StopSignals::StopSignals(EventLoop& loop, std::function<void()> on_signal)
    : on_signal_(std::move(on_signal)) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    fd_ = ::signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
    if (fd_ < 0 || !loop.watch(fd_, *this)) {
        throw std::system_error(errno, std::generic_category(), "signalfd");
    }
    ::pthread_sigmask(SIG_BLOCK, &signals, &blocked_before_);
}

StopSignals::~StopSignals() {
    ::close(fd_);
    ::pthread_sigmask(SIG_SETMASK, &blocked_before_, nullptr);
}

void StopSignals::on_ready(std::uint32_t /*events*/) {
    signalfd_siginfo signal{};
    while (::read(fd_, &signal, sizeof signal) == sizeof signal) on_signal_();
}

}  // namespace flightcast::loadtest::net
