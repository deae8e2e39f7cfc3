// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <csignal>
#include <optional>
#include <string>

#include "base/clock.h"

namespace flightcast::app::cli {

// The wish that a signal stands for.
enum class Wish {
    stop,      // in good order
    stop_now,  // without waiting for the stop under way
    reload,
    nothing,  // no meaning here: said and left alone
    repeated  // part of a wish that was met already: not even said
};

// A signal as it arrived.
struct ArrivedSignal {
    int number = 0;
    bool is_from_kernel = false;          // not sent by a process
    bool is_from_session_leader = false;  // sent by the shell of our terminal
    bool has_terminal = false;            // our controlling terminal exists, now
};

// How the process began.
struct SignalStart {
    bool had_terminal = false;    // a controlling terminal
    bool ignored_hangup = false;  // as under nohup
    bool can_reload = false;      // SIGHUP has something to read again
};

// Turns signals into wishes. Wrappers send the same wish twice within milliseconds (`timeout` to
// its child and to the group, a shell and npm both pass Ctrl-C on), so a second one means "at once"
// only some time after the first. SIGHUP reloads, unless there is nothing to reload or the terminal
// in which the process ran was closed: then it stops.
//
// Thread-safety: one thread.
class SignalWishes {
  public:
    // Signals of one wish arrive within this time.
    static constexpr auto kOneWish = std::chrono::milliseconds(500);

    explicit SignalWishes(SignalStart start) : start_(start) {}

    [[nodiscard]] Wish take(const ArrivedSignal& signal, base::SteadyTime now);

  private:
    [[nodiscard]] Wish stop(base::SteadyTime now);
    [[nodiscard]] bool is_terminal_closed(const ArrivedSignal& signal) const;

    const SignalStart start_;
    std::optional<base::SteadyTime> stop_wished_;  // the first signal of that wish
};

// "SIGUSR1"; "signal 34" for one without a name.
[[nodiscard]] std::string signal_name(int number);

}  // namespace flightcast::app::cli
