// SPDX-License-Identifier: Apache-2.0
#include "app/cli/signal_wishes.h"

#include <cstring>

namespace flightcast::app::cli {

bool SignalWishes::is_terminal_closed(const ArrivedSignal& signal) const {
    // `kill -HUP` by hand reloads, also after the terminal that started the process is gone.
    const bool is_from_terminal = signal.is_from_kernel || signal.is_from_session_leader;
    return start_.had_terminal && !signal.has_terminal && is_from_terminal;
}

Wish SignalWishes::stop(base::SteadyTime now) {
    if (stop_wished_) return now - *stop_wished_ < kOneWish ? Wish::repeated : Wish::stop_now;
    stop_wished_ = now;
    return Wish::stop;
}

Wish SignalWishes::take(const ArrivedSignal& signal, base::SteadyTime now) {
    switch (signal.number) {
        case SIGINT:
        case SIGTERM:
            return stop(now);
        case SIGHUP:
            if (start_.can_reload && !is_terminal_closed(signal)) return Wish::reload;
            return start_.ignored_hangup ? Wish::nothing : stop(now);
        default:
            return Wish::nothing;
    }
}

std::string signal_name(int number) {
    const char* const name = ::sigabbrev_np(number);
    return name != nullptr ? std::string("SIG") + name : "signal " + std::to_string(number);
}

}  // namespace flightcast::app::cli
