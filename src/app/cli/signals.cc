// SPDX-License-Identifier: Apache-2.0
//
// The thread is ended through a file of its own: a signal for that purpose could be sent by
// anybody.
#include "app/cli/signals.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <utility>

#include "base/check.h"

namespace flightcast::app::cli {
namespace {

sigset_t awaited() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal :
         {SIGINT,
          SIGTERM,
          SIGHUP,
          SIGUSR1,
          SIGUSR2,
          SIGALRM,
          SIGVTALRM,
          SIGPROF,
          SIGIO,
          SIGPWR,
          SIGXCPU}) {
        sigaddset(&set, signal);
    }
    for (int signal = SIGRTMIN; signal <= SIGRTMAX; ++signal) sigaddset(&set, signal);
    return set;
}

bool has_terminal() {
    const int terminal = ::open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC);
    if (terminal >= 0) ::close(terminal);
    return terminal >= 0;
}

ArrivedSignal describe(const signalfd_siginfo& signal) {
    const pid_t leader = ::getsid(0);
    return {
        .number = static_cast<int>(signal.ssi_signo),
        .is_from_kernel = signal.ssi_code == SI_KERNEL,
        .is_from_session_leader =
            signal.ssi_code == SI_USER && static_cast<pid_t>(signal.ssi_pid) == leader,
        .has_terminal = has_terminal(),
    };
}

void meet(Wish wish, int signal, const SignalHandlers& handlers) {
    switch (wish) {
        case Wish::stop:
            return handlers.stop();
        case Wish::stop_now:
            std::_Exit(128 + signal);
        case Wish::reload:
            return handlers.reload();
        case Wish::nothing:
            if (handlers.ignored) handlers.ignored(signal_name(signal));
            return;
        case Wish::repeated:
            return;
    }
}

void wait_for(int signals, int ended, SignalWishes wishes, const SignalHandlers& handlers) {
    const base::SystemClock clock;
    std::array<pollfd, 2> files{{{signals, POLLIN, 0}, {ended, POLLIN, 0}}};
    while (true) {
        if (::poll(files.data(), files.size(), -1) < 0) continue;
        if (files[1].revents != 0) return;
        signalfd_siginfo signal{};
        if (::read(signals, &signal, sizeof signal) != sizeof signal) continue;
        const ArrivedSignal arrived = describe(signal);
        meet(wishes.take(arrived, clock.steady_now()), arrived.number, handlers);
    }
}

}  // namespace

Signals::Signals() : had_terminal_(has_terminal()) {
    struct sigaction hangup{};
    ::sigaction(SIGHUP, nullptr, &hangup);
    ignored_hangup_ = hangup.sa_handler == SIG_IGN;
    const sigset_t set = awaited();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    signals_ = ::signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    ended_ = ::eventfd(0, EFD_CLOEXEC);
    FC_CHECK(signals_ >= 0 && ended_ >= 0);
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);
}

void Signals::handle(SignalHandlers handlers) {
    const SignalStart start{
        .had_terminal = had_terminal_,
        .ignored_hangup = ignored_hangup_,
        .can_reload = static_cast<bool>(handlers.reload),
    };
    thread_ = std::thread([this, start, handlers = std::move(handlers)] {
        wait_for(signals_, ended_, SignalWishes(start), handlers);
    });
}

Signals::~Signals() {
    if (thread_.joinable()) {
        FC_CHECK(::eventfd_write(ended_, 1) == 0);
        thread_.join();
    }
    ::close(ended_);
    ::close(signals_);
}

}  // namespace flightcast::app::cli
