// SPDX-License-Identifier: Apache-2.0
#include "app/cli/signals.h"

#include <csignal>
#include <cstdlib>
#include <utility>

namespace flightcast::app::cli {
namespace {

// Tells the waiting thread that nobody needs it any more.
constexpr int kNoMore = SIGUSR1;

sigset_t awaited() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, kNoMore}) sigaddset(&set, signal);
    return set;
}

}  // namespace

Signals::Signals() {
    const sigset_t set = awaited();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
}

void Signals::on_stop(std::function<void(int)> stop) {
    thread_ = std::thread([stop = std::move(stop), reload = std::move(reload_)] {
        const sigset_t set = awaited();
        bool stopping = false;
        while (true) {
            int signal = 0;
            sigwait(&set, &signal);
            if (signal == kNoMore) return;
            if (signal == SIGHUP && reload) {
                reload();
                continue;
            }
            if (stopping) std::_Exit(128 + signal);
            stopping = true;
            stop(signal);
        }
    });
}

Signals::~Signals() {
    if (!thread_.joinable()) return;
    pthread_kill(thread_.native_handle(), kNoMore);
    thread_.join();
}

}  // namespace flightcast::app::cli
