// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "base/clock.h"
#include "pipeline/machine.h"

namespace flightcast::app::serve {

// Tells systemd how this process is, as sd_notify(3) does: a datagram to the socket that it names
// in the environment. Without such a name nothing is sent.
//
// Thread-safety: any thread may call any member.
class ServiceManager {
  public:
    // `socket` is a path, or a name after '@'; empty: there is no manager. `watchdog`: how long the
    // process may be silent; zero: as long as it likes.
    ServiceManager(std::string socket, std::chrono::microseconds watchdog);

    // From NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID. An invalid number is no watchdog.
    [[nodiscard]] static ServiceManager from_environment();

    // Every message may come again. `status` is one line for people.
    void ready(const std::string& status) const;
    void stopping() const;
    void alive() const;

    // How often alive() is to be called: twice in the time that systemd waits; none: never.
    [[nodiscard]] std::optional<std::chrono::microseconds> alive_every() const;

  private:
    void send(const std::string& message) const;

    const std::string socket_;
    const std::chrono::microseconds watchdog_;
};

// Asks the process, again and again, whether it lives: `ask` passes a question to the thread that
// serves clients, which answers ServiceManager::alive(). A thread that hangs answers nothing.
//
// Thread-safety: as pipeline::Machine.
class Watchdog final : public pipeline::Machine {
  public:
    Watchdog(std::chrono::microseconds every, std::function<void()> ask);

    [[nodiscard]] base::SteadyTime step(base::SteadyTime now) override;
    void end_by(base::SteadyTime /*deadline*/) override { has_ended_ = true; }
    [[nodiscard]] bool has_ended() const override { return has_ended_; }
    void on_wake(std::function<void()> /*wake*/) override {}

  private:
    const std::chrono::microseconds every_;
    const std::function<void()> ask_;
    bool has_ended_ = false;
};

}  // namespace flightcast::app::serve
